/** How notifications of one kind reach their function. Times are in milliseconds, the rest are probabilities from 0 to 1. */
export interface Delivery {
  /** At least so late. */
  delay: number;
  /** And up to so much later, by chance, which also changes the order. */
  jitter: number;
  /** Delivered once more, after another such delay. */
  duplicate: number;
  /** Delivered after the next one. */
  reorder: number;
  /** Never delivered. */
  lose: number;
}

/** Refuses calls. */
export interface Throttle {
  /** Calls a second that are let through. */
  perSecond?: number;
  /** Of a call to be refused, whatever the rate. */
  probability?: number;
}

/** Breaks calls. */
export interface Fault {
  /** Of a call to be hit. */
  probability: number;
  /**
   * `error`: answers with an internal error (500); `hang-up`: closes the connection, and does nothing; `lost-answer`: does it, then
   * closes the connection, so that nobody knows.
   */
  kind: 'error' | 'hang-up' | 'lost-answer';
}

/**
 * How AWS says that there is no room. `failures`: RunTask answers with `failures[]`; `exception`: it throws a ClientException;
 * `stopped`: the task is accepted and then stops; `limit`: the account's quota of vCPUs is used up.
 */
export type Capacity = 'available' | 'failures' | 'exception' | 'stopped' | 'limit';

/** What an image brings along. */
export interface ImageConfiguration {
  entrypoint?: readonly string[];
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  workingDirectory?: string;
}

/**
 * What the cloud does to its users, changeable while it runs. The defaults are the happy path, as fast as it goes; what a real deployment
 * sees is in the comments.
 */
export interface Knobs {
  /** Milliseconds from PROVISIONING to RUNNING; 20 to 60 s on Fargate. */
  coldStart: number;
  /** Milliseconds from the end of the last container to STOPPED; some 10 s on Fargate. */
  shutdown: number;
  /** Milliseconds for which ECS does not know a task yet that it has just started: its API is eventually consistent. */
  taskVisibility: number;
  /** Caps a definition's stopTimeout (30 s by default), in milliseconds, for tests that wait for a SIGKILL. */
  maximumStopTimeout: number;
  capacity: Capacity;
  /** Of a FARGATE_SPOT task to be interrupted right after its start. */
  spotInterruption: number;
  /** Of a task's main container to be killed for its memory right after its start. */
  outOfMemory: number;
  /** Images by reference. One that is not here is a plain file system; those on a registry of `.invalid`, and `missingImages`, cannot be pulled. */
  images: Record<string, ImageConfiguration>;
  missingImages: string[];
  /** ECS events through EventBridge: at least once, in no order. */
  events: Delivery;
  /** Batches of log lines to the subscribed function: at least once. */
  logs: Delivery;
  /** `$disconnect` of sockets: best effort. */
  disconnects: Delivery;
  /** Milliseconds for which the log driver collects lines; 5 s on Fargate. */
  logFlush: number;
  /** Milliseconds after which FilterLogEvents sees a line; seconds on AWS. */
  logIngestion: number;
  /** The awslogs driver drops them: CloudWatch has no empty messages. */
  emptyLines: 'dropped' | 'kept';
  /** By `service:Operation`, `service:*` or `*`. */
  throttle: Record<string, Throttle>;
  /** Milliseconds before a call is handled, by the same names. */
  latency: Record<string, number>;
  /** By the same names. */
  faults: Record<string, Fault>;
  /** Of an item of a BatchWriteItem (or a key of a BatchGetItem) to come back unprocessed. */
  unprocessed: number;
  /** Milliseconds that a request may take, and an event. */
  orchestratorTimeout: number;
  processorTimeout: number;
  /** Milliseconds between the attempts of an asynchronous invocation; one and two minutes on AWS. */
  retryDelays: readonly number[];
  /** Milliseconds after which a socket is closed whatever happens: two hours. */
  socketLifetime: number;
  /** And when nothing passed: ten minutes. */
  socketIdle: number;
}

const prompt: Delivery = { delay: 0, jitter: 0, duplicate: 0, reorder: 0, lose: 0 };

export const defaultKnobs = (): Knobs => ({
  coldStart: 15,
  shutdown: 10,
  taskVisibility: 0,
  maximumStopTimeout: Number.POSITIVE_INFINITY,
  capacity: 'available',
  spotInterruption: 0,
  outOfMemory: 0,
  images: {},
  missingImages: [],
  events: { ...prompt },
  logs: { ...prompt },
  disconnects: { ...prompt },
  logFlush: 20,
  logIngestion: 0,
  emptyLines: 'dropped',
  throttle: {},
  latency: {},
  faults: {},
  unprocessed: 0,
  orchestratorTimeout: 30_000,
  processorTimeout: 10_000,
  retryDelays: [100, 200],
  socketLifetime: 2 * 3600_000,
  socketIdle: 600_000,
});

/** The most specific entry for an operation, e.g. `ecs:RunTask`. */
export function settingFor<Value>(settings: Record<string, Value>, operation: string): Value | undefined {
  return settings[operation] ?? settings[`${operation.split(':')[0]}:*`] ?? settings['*'];
}
