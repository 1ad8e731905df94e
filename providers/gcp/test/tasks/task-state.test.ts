import { expect, test } from 'vitest';
import { taskState } from '../../src/tasks/task-state.ts';

const started = { seconds: 100, nanos: 500_000_000 };
const completed = { seconds: 160, nanos: 0 };
const failed = (message: string, more: object = {}) => ({
  startTime: started,
  completionTime: completed,
  failedCount: 1,
  conditions: [{ type: 'Completed', state: 'CONDITION_FAILED' as const, message }],
  ...more,
});
const result = (exitCode: number, more: object = {}) => ({
  startTime: started,
  lastAttemptResult: {
    exitCode,
    termSignal: 0,
    status: { code: 10, message: 'The container exited with an error.' },
    ...more,
  },
});
const times = { startedAt: 100_500, endedAt: 160_000 };
const exited = 'Task t-task0 failed with message: The container exited with an error.';

/** The table of gcp-facts §10. */
test.each([
  [
    'waits',
    { conditions: [{ type: 'Started', message: 'Provisioning' }] },
    undefined,
    { phase: 'pending', detail: 'Provisioning' },
  ],
  ['runs', { startTime: started, runningCount: 1 }, undefined, { phase: 'running', startedAt: 100_500 }],
  [
    'succeeds',
    { startTime: started, completionTime: completed, succeededCount: 1 },
    result(0),
    { phase: 'ended', reason: 'exited', exitCode: 0, ...times },
  ],
  ['fails', failed(exited), result(42), { phase: 'ended', reason: 'exited', exitCode: 42, ...times }],
  ['exits with 137', failed(exited), result(137), { phase: 'ended', reason: 'exited', exitCode: 137, ...times }],
  [
    'is killed by a signal',
    failed(exited),
    result(0, { termSignal: 11 }),
    { phase: 'ended', reason: 'signalled', signal: 11, ...times },
  ],
  [
    'runs out of memory, with exit code 0',
    failed('Task t-task0 failed with exit code: 0 and message: The configured memory limit was reached.'),
    result(0, { status: { code: 10, message: 'The configured memory limit was reached.' } }),
    { phase: 'ended', reason: 'out-of-memory', ...times },
  ],
  [
    'runs out of time, with exit code 0',
    failed('Task t-task0 failed with message: The configured timeout was reached.'),
    result(0, { status: { code: 4, message: 'The configured timeout was reached.' } }),
    { phase: 'ended', reason: 'timed-out', ...times },
  ],
  [
    'is cancelled, and exits with 0',
    { startTime: started, completionTime: completed, cancelledCount: 1 },
    result(0),
    { phase: 'ended', reason: 'stopped', ...times },
  ],
  [
    'is cancelled, which only the condition says',
    failed('Execution was cancelled.', {
      conditions: [{ type: 'Completed', state: 'CONDITION_FAILED', executionReason: 'CANCELLED' }],
    }),
    undefined,
    { phase: 'ended', reason: 'stopped', ...times },
  ],
  [
    'never starts',
    failed("Image 'docker.io/acme/none' not found."),
    undefined,
    { phase: 'ended', reason: 'start-failed', detail: "Image 'docker.io/acme/none' not found.", endedAt: 160_000 },
  ],
])('an execution that %s', (_what, execution, task, state) => {
  expect(
    taskState(execution as Parameters<typeof taskState>[0], task as Parameters<typeof taskState>[1]),
  ).toMatchObject(state);
});
