import type { ErrorCode, ProviderPlugin } from '@runvoy/core/provider';

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
  /** Raw errors as the provider's SDK throws them, for each code that it can mean. */
  errors?: Partial<Record<ErrorCode, () => unknown>>;
  /** Notifications as the cloud sends them. */
  notifications?: {
    /** Of a known kind, about the task of this execution. */
    taskChanged?(executionId: string, ref: string): unknown;
    logLines?(executionId: string, lines: readonly string[]): unknown;
    reconcile?(): unknown;
    /** Of a known kind, with a part missing or of the wrong type. */
    malformed?: readonly unknown[];
  };
  /** How many checks run at once. Default: twice the number of cores. */
  parallel?: number;
}

export interface Deployment {
  env: Record<string, string>;
  teardown?(): Promise<void> | void;
}

export function defineHarness(harness: Harness): Harness {
  return harness;
}
