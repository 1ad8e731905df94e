import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { BackendLogs } from './backend-logs.ts';
import type { Capabilities } from './capabilities.ts';
import type { ErrorCode } from './errors.ts';
import type { ProviderEvent } from './events.ts';
import type { Identities } from './identities.ts';
import type { Logs } from './logs.ts';
import type { HttpNotification, ReceivedNotification } from './notifications.ts';
import type { Plumbing } from './plumbing.ts';
import type { Secrets } from './secrets.ts';
import type { Sockets } from './sockets.ts';
import type { Store } from './store.ts';
import type { Tasks } from './tasks.ts';

/** `major.minor`. Core refuses a plugin of another major version; a minor version only adds what is optional. */
export const CONTRACT_VERSION = '1.0';

/**
 * What every call into a provider carries.
 *
 * - A call whose `signal` is already aborted rejects with `CANCELLED` and has no effect.
 * - A call aborted meanwhile rejects with `CANCELLED` promptly; whether its effect took place is then unknown.
 */
export interface CallOptions {
  signal?: AbortSignal;
  /** The request that this call serves, for the provider's own log lines and the cloud's request metadata. */
  requestId?: string;
}

/**
 * A provider package's default export.
 *
 * - Importing the package loads no cloud SDK: SDKs are imported inside `open` or later, so that start-up stays cheap.
 */
export interface ProviderPlugin<Config = unknown> {
  /** Lower case, as in `RUNVOY_BACKEND_PROVIDER`. */
  readonly name: string;
  /** The {@link CONTRACT_VERSION} this plugin was written against. */
  readonly contract: string;
  /**
   * Reads the provider's settings from the process environment (`Record<string, string | undefined>`), reporting all
   * problems at once, each with the variable's name as its path and the remedy in its message.
   */
  readonly config: StandardSchemaV1<Record<string, string | undefined>, Config>;
  /** Connects. Whatever is opened is released by {@link Provider.close}, also when `open` itself fails half-way. */
  open(config: Config, context: OpenContext): Promise<Provider>;
}

export interface OpenContext {
  /** Milliseconds since the epoch. The only clock a provider may compare an expiry against. */
  now(): number;
  log: Logger;
  /** What this process serves: a provider opens only what the role needs. */
  role: 'all' | 'orchestrator' | 'processor' | 'websocket';
}

/** Structured logging: an object of fields, then the message. Never pass a secret value. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** An open connection to one deployment of one cloud. Every facet may be used by many callers at once. */
export interface Provider {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly tasks: Tasks;
  readonly logs: Logs;
  readonly identities: Identities;
  /** Only where a gateway holds the viewers' sockets, as Amazon API Gateway does. */
  readonly sockets?: Sockets;
  readonly backendLogs?: BackendLogs;
  /** Only where there is something between the parts that can be missing or wrong. */
  readonly plumbing?: Plumbing;
  /** The image a run gets when it names none and no image is marked as default. */
  readonly defaultImage?: string;
  /** The platform of images that are registered without one. Absent: `Linux/ARM64`, as upstream. */
  readonly defaultPlatform?: string;
  /** Shown by `GET /health`. */
  readonly region?: string;

  /**
   * Turns one notification of the cloud, as it was received (parsed JSON, or the text when it is not JSON), into events.
   *
   * - A shape it does not know gives `[]`.
   * - A shape it knows with a part missing or of the wrong type rejects with `INVALID_REQUEST`; it never crashes.
   * - A notification about a task that may be known a moment later rejects with `NOT_FOUND`, so that it is delivered again.
   */
  decode(raw: unknown, call?: CallOptions): Promise<ProviderEvent[]>;

  /**
   * For a cloud that calls us: makes sure that a request (`POST /notifications`, in the roles `processor` and `all`) comes from
   * this deployment's cloud, and gives what it says, for {@link decode}.
   *
   * - Whatever is not surely the cloud's own rejects with `UNAUTHORIZED`, before anything is read or written.
   * - A body of the cloud's that makes no sense rejects with `INVALID_REQUEST`: it is not asked for again.
   */
  receive?(request: HttpNotification, call?: CallOptions): Promise<ReceivedNotification>;

  /**
   * For a cloud that tells of changes over a connection held by us, rather than by calling us: hands every notification to
   * `deliver`, in a form that {@link decode} understands, until `call.signal` aborts, and then resolves.
   * A lost connection is re-made silently; notifications missed meanwhile may be lost (core re-reads the truth by itself).
   */
  listen?(deliver: (raw: unknown) => Promise<void>, call: CallOptions): Promise<void>;

  /**
   * Takes the exclusive right to serve this deployment from this machine, until `close`. Rejects with `CONFLICT`, naming the
   * other process and the remedy. Only where two servers would get in each other's way.
   */
  claimServer?(): Promise<void>;

  /**
   * The code for a raw error thrown by this provider's SDK or driver, or `undefined` if it is not one it knows.
   * Core wraps what a facet throws with this code and keeps the raw error as `cause`; a facet may also throw a
   * `RunvoyError` itself.
   */
  classify(error: unknown): ErrorCode | undefined;

  /**
   * Releases every connection, timer and file. Later calls on any facet reject with `SERVICE_UNAVAILABLE`; closing twice
   * is no error. Running tasks go on.
   */
  close(): Promise<void>;
}

/** Helps TypeScript infer a plugin's configuration type: `export default defineProvider({ … })`. */
export function defineProvider<Config>(plugin: ProviderPlugin<Config>): ProviderPlugin<Config> {
  return plugin;
}
