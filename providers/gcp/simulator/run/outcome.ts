import type { AttemptResult, Condition } from './types.ts';

/** How an execution ended: for its condition, its operation and its audit entry. */
export interface Outcome {
  state: 'CONDITION_SUCCEEDED' | 'CONDITION_FAILED';
  /** Of `google.rpc.Code`: 0 success, 1 cancelled, 4 timeout, 10 everything else that failed. */
  code: number;
  condition: Pick<Condition, 'message' | 'executionReason' | 'reason'>;
}

/** Why a task, or one attempt of it, failed. */
export type Failure =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: number }
  | { kind: 'timeout' }
  | { kind: 'out-of-memory' }
  /** It never ran: there is no attempt result. */
  | { kind: 'start'; message: string; reason?: Condition['reason'] };

const texts = {
  exit: 'The container exited with an error.',
  timeout: 'The configured timeout was reached.',
  'out-of-memory': 'The configured memory limit was reached.',
} as const;

/** The texts of gcp-fixtures/audit-*.json. Observed: exit and timeout, condition and code; out of memory: condition only. */
export function failureOf(task: string, failure: Failure): Outcome {
  const base = { state: 'CONDITION_FAILED', code: 10 } as const;
  switch (failure.kind) {
    case 'exit':
    case 'signal':
      return {
        ...base,
        condition: {
          executionReason: 'NON_ZERO_EXIT_CODE',
          message: `Task ${task} failed with message: ${texts.exit}`,
        },
      };
    case 'timeout':
      return { ...base, code: 4, condition: { message: `Task ${task} failed with message: ${texts.timeout}` } };
    case 'out-of-memory':
      return {
        ...base,
        condition: { message: `Task ${task} failed with exit code: 0 and message: ${texts['out-of-memory']}` },
      };
    case 'start':
      return { ...base, condition: { message: failure.message, ...(failure.reason && { reason: failure.reason }) } };
  }
}

/** What `tasks.get` says of the last attempt. An exit code of 0 is no success: it is also what out of memory and timeouts have. */
export function attemptResult(failure: Failure | undefined): AttemptResult | null {
  switch (failure?.kind) {
    case undefined:
      return { status: null, exitCode: 0, termSignal: 0 };
    case 'exit':
      return { status: { code: 10, message: texts.exit }, exitCode: failure.code, termSignal: 0 };
    case 'signal':
      return { status: { code: 10, message: texts.exit }, exitCode: 0, termSignal: failure.signal };
    case 'timeout':
      return { status: { code: 4, message: texts.timeout }, exitCode: 0, termSignal: 0 };
    case 'out-of-memory':
      return { status: { code: 10, message: texts['out-of-memory'] }, exitCode: 0, termSignal: 0 };
    case 'start':
      return null;
  }
}
