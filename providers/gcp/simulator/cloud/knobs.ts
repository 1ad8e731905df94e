import type { Lateness } from './random.ts';

/**
 * What the real cloud does and a test must be able to provoke. All can be set at the start and changed at any time, in
 * `simulator.knobs`; rates are shares of 1. The defaults are a cloud on its best day.
 */
export interface Knobs {
  /** On every RPC, before its answer. */
  rpcLatencyMs: Lateness;
  /** From CreateJob or UpdateJob to the end of its operation. */
  jobReadyMs: Lateness;
  /** From RunJob to the first instruction of the containers: on the real cloud 40 to 120 seconds. */
  coldStartMs: Lateness;
  /** For how long ListExecutions does not show a new execution. */
  listLagMs: Lateness;
  /** Completed executions of a job that are kept; older ones are deleted. */
  retainedExecutions: number;
  /** Between SIGTERM and SIGKILL. */
  terminationGraceMs: number;
  /**
   * When a task with several containers is over: with the last of them, or with the first. Nobody has written down which of
   * the two Cloud Run does (gcp-facts §1.3); a container that fails always ends the others.
   */
  taskEnds: 'all-exited' | 'first-exited';
  /**
   * Which lines of named containers have the label `container_name`. It was seen on those of the platform; on those of stdout
   * and stderr nobody has looked (gcp-facts §1.3).
   */
  containerNames: 'all-lines' | 'system-lines';
  /** What becomes of lines without a character. Nobody has looked. */
  blankLines: 'kept' | 'dropped';
  /** What becomes of lines that are longer than an entry may be: several entries, or the beginning. Nobody has looked. */
  longLines: 'split' | 'truncated';
  /** Whether a process that uses more memory than its container has is killed. */
  memory: 'enforced' | 'unlimited';
  /** From a line of output to its visibility in lists and sinks. */
  logDelayMs: Lateness;
  /** Share of entries that a sink never publishes. ListLogEntries has them. */
  logLoss: number;
  /** Share of entries that a sink publishes twice. */
  logDuplicates: number;
  /** Share of entries that come `logReorderMs` later than those printed after them. */
  logReordering: number;
  logReorderMs: Lateness;
  /** Share of lines that get the very timestamp of the line before, so that their order is lost. */
  equalTimestamps: number;
  /** From the end of an execution to its audit entry: about two seconds on the real cloud. */
  auditDelayMs: Lateness;
  auditLoss: number;
  auditDuplicates: number;
  /** ListLogEntries calls a minute and project. Google does not raise it. */
  listLogEntriesPerMinute: number;
  /** Share of ListLogEntries answers that are empty although more follow. */
  emptyLogPages: number;
  /** Whether a sink may publish only with `roles/pubsub.publisher` for its writer identity on the topic, as on the real cloud. */
  sinkGrants: 'required' | 'assumed';
  /** Whether a call without an access token is refused, or is one of the project's owner. */
  authentication: 'required' | 'optional';
  /** Who pushes: the simulator, with identity tokens, or the Pub/Sub emulator, without. Read when a subscription is made. */
  push: 'signed' | 'emulator';
  /** Share of pushes that never reach their endpoint. They are retried. */
  pushLoss: number;
  /** Share of messages that are pushed once more although they were acknowledged. */
  pushDuplicates: number;
}

export const defaultKnobs: Readonly<Knobs> = {
  rpcLatencyMs: 0,
  jobReadyMs: 0,
  coldStartMs: 0,
  listLagMs: 0,
  retainedExecutions: 1000,
  terminationGraceMs: 10_000,
  taskEnds: 'all-exited',
  containerNames: 'all-lines',
  blankLines: 'kept',
  longLines: 'split',
  memory: 'enforced',
  logDelayMs: 0,
  logLoss: 0,
  logDuplicates: 0,
  logReordering: 0,
  logReorderMs: [50, 500],
  equalTimestamps: 0,
  auditDelayMs: 0,
  auditLoss: 0,
  auditDuplicates: 0,
  listLogEntriesPerMinute: 60,
  emptyLogPages: 0,
  sinkGrants: 'required',
  authentication: 'optional',
  push: 'signed',
  pushLoss: 0,
  pushDuplicates: 0,
};

/** The real cloud on an ordinary day, but for its cold start of a minute and more. For `runvoy dev`. */
export const ordinaryDay: Readonly<Partial<Knobs>> = {
  rpcLatencyMs: [5, 25],
  jobReadyMs: [200, 800],
  coldStartMs: [1000, 3000],
  listLagMs: [0, 1000],
  logDelayMs: [100, 800],
  logDuplicates: 0.01,
  logReordering: 0.02,
  auditDelayMs: [1000, 3000],
};
