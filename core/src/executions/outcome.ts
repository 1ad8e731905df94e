import type { ExecutionDocument, ExecutionStatus } from '../contract/collections.ts';
import type { TaskState } from '../contract/tasks.ts';

export type Ended = Extract<TaskState, { phase: 'ended' }>;

export interface Outcome {
  status: Extract<ExecutionStatus, 'SUCCEEDED' | 'FAILED' | 'STOPPED'>;
  exit_code: number;
  reason: string;
}

/** Exit codes are a contract, the same on every provider (README, "Exit codes"). */
export const exitCodes = {
  failedToStart: 1,
  timedOut: 124,
  stopped: 130,
  outOfMemory: 137,
  signalBase: 128,
} as const;

const stoppedByUser: Outcome = {
  status: 'STOPPED',
  exit_code: exitCodes.stopped,
  reason: 'stopped',
};
const timedOut: Outcome = {
  status: 'FAILED',
  exit_code: exitCodes.timedOut,
  reason: 'timed-out',
};

/**
 * What the end of a task means for its execution. A command that ended by itself while a stop was on its way keeps its own
 * exit code; an end by signal, or one whose cause is unknown, counts as the stop that was asked for.
 */
export function outcomeOf(ended: Ended, stopCause: ExecutionDocument['stop_cause']): Outcome {
  const asked = stopCause === 'timeout' ? timedOut : stopCause === 'user' ? stoppedByUser : undefined;
  switch (ended.reason) {
    case 'exited': {
      const exitCode = ended.exitCode ?? 1;
      return {
        status: exitCode === 0 ? 'SUCCEEDED' : 'FAILED',
        exit_code: exitCode,
        reason: 'exited',
      };
    }
    case 'signalled':
      return (
        asked ?? {
          status: 'FAILED',
          exit_code: exitCodes.signalBase + (ended.signal ?? 9),
          reason: 'signalled',
        }
      );
    case 'stopped':
      return asked ?? stoppedByUser;
    case 'timed-out':
      return timedOut;
    case 'out-of-memory':
      return {
        status: 'FAILED',
        exit_code: exitCodes.outOfMemory,
        reason: 'out-of-memory',
      };
    case 'start-failed':
    case 'lost':
      return (
        asked ?? {
          status: 'FAILED',
          exit_code: exitCodes.failedToStart,
          reason: ended.reason,
        }
      );
  }
}
