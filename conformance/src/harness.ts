import type { Connection, ErrorCode, HttpNotification, ProviderPlugin } from '@runvoy/core/provider';

/** What a provider's author writes: how the suite gets a fresh deployment of it. Everything else has a default. */
export interface Harness {
  plugin: ProviderPlugin | (() => Promise<ProviderPlugin>);
  /**
   * Makes a deployment of its own for one check: `id` is unique, short, and of `[a-z0-9-]`. Several are made at once. Answers
   * with the environment that the plugin's configuration is read from.
   */
  world(id: string): Promise<Deployment> | Deployment;
  /** How late the cloud may be, in milliseconds: checks wait that much longer before they call something missing. */
  lag?: { query?: number; logs?: number; tasks?: number };
  /** Checks that this provider knowingly does not hold, each with the reason. One that has started to hold fails. */
  deviations?: Record<string, string>;
  /** An image that has `/bin/sh` and the usual tools, and one that does not exist. Default: the provider's `defaultImage`. */
  images?: { runnable?: string; unknown?: string };
  /** Names for `identities.exists`: one that exists, one that does not. */
  identities?: { known: string; unknown: string };
  /** Settings each of which is wrong by itself, e.g. `{ ACME_REGION: 'nowhere', ACME_RETRIES: '-1' }`. */
  invalidSettings?: Record<string, string>;
  /** What another process imports the plugin from: the URL of a module whose default export it is, or a package's name. */
  module?: string;
  /**
   * The URL under which a task reaches a git repository that the suite made in this folder of this machine. Default: the
   * folder, as a `file://` URL.
   */
  repositories?: ((folder: string) => string) | { no: string };
  /** Raw errors as the provider's SDK throws them, for each code that it can mean. */
  errors?: Partial<Record<ErrorCode, () => unknown>>;
  /** Notifications as the cloud sends them. */
  notifications?: {
    /** Of a known kind, about the task of this execution. */
    taskChanged?(executionId: string, ref: string): unknown;
    /** With the `ref` of a task that was started for the execution. */
    logLines?(executionId: string, lines: readonly string[], ref: string): unknown;
    reconcile?(): unknown;
    /** Of a known kind, with a part missing or of the wrong type. */
    malformed?: readonly unknown[];
  };
  /** Where the cloud calls us: the HTTP requests that carry a notification. */
  requests?: {
    /** As the cloud sends it to the deployment with this environment. */
    genuine(raw: unknown, env: Record<string, string>): HttpNotification | Promise<HttpNotification>;
    /** Others, each wrong in one thing: another sender, another receiver, too late, changed. */
    forged(
      raw: unknown,
      env: Record<string, string>,
    ): readonly HttpNotification[] | Promise<readonly HttpNotification[]>;
  };
  /** Seconds that a world, and its provider, may take to come up. Default 60. */
  worldSeconds?: number;
  /** How many checks run at once. Default: twice the number of cores. */
  parallel?: number;
}

export interface Deployment {
  env: Record<string, string>;
  /** Where the cloud calls us: the notifications that it has sent to this deployment so far, as `decode` gets them. */
  delivered?(): readonly unknown[] | Promise<readonly unknown[]>;
  /** Where the cloud calls us: from now on a server of the product serves this deployment at this URL, also again after a restart. */
  serving?(url: string): Promise<void> | void;
  /** Where the platform captures what a service logs: takes each line of a server of the product. */
  captured?(line: string): void;
  /** Where a gateway holds the sockets: connects a viewer to it. */
  connectViewer?(): Promise<Viewer>;
  teardown?(): Promise<void> | void;
}

/** A viewer's end of a socket that the gateway holds. */
export interface Viewer {
  connection: Connection;
  /** The texts that arrived so far. */
  received(): readonly string[];
  /** From now on it reads nothing, and says nothing. */
  stall(): void;
  /** Closes it from the viewer's side. */
  disconnect(): Promise<void>;
  /** Whether the gateway has closed it. */
  readonly closed: boolean;
}

export function defineHarness(harness: Harness): Harness {
  return harness;
}
