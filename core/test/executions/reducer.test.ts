import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../../src/executions/is-final.ts';
import { fold, startGraceMilliseconds } from '../../src/executions/reducer.ts';
import type { ExecutionDocument, TaskState } from '../../src/provider.ts';

const accepted = 1_700_000_000_000;
const record = (changes: Partial<ExecutionDocument> = {}): ExecutionDocument => ({
  execution_id: 'e'.repeat(32),
  created_by: 'ana@example.com',
  owned_by: ['ana@example.com'],
  command: 'true',
  image_id: 'host',
  status: 'STARTING',
  started_at: accepted,
  compute_platform: 'MEMORY',
  task_ref: 'task-1',
  ...changes,
});

const ended = fc.record({
  phase: fc.constant('ended' as const),
  reason: fc.constantFrom(
    'exited',
    'signalled',
    'stopped',
    'timed-out',
    'out-of-memory',
    'start-failed',
    'lost' as const,
  ),
  startedAt: fc.option(fc.integer({ min: accepted, max: accepted + 1000 }), { nil: undefined }),
  endedAt: fc.integer({ min: accepted + 1000, max: accepted + 90_000 }),
  exitCode: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  signal: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
}) as fc.Arbitrary<Extract<TaskState, { phase: 'ended' }>>;

const apply = (current: ExecutionDocument, state: TaskState): ExecutionDocument => ({
  ...current,
  ...fold(current, state, accepted + 200_000),
});

/** What decides anything afterwards; `running_at` may be missing when nobody ever saw the task run. */
const verdict = ({ status, exit_code, reason, completed_at }: ExecutionDocument) => ({
  status,
  exit_code,
  reason,
  completed_at,
});

describe('fold', () => {
  it('ends in one final record whatever the order, repetition or loss of observations', () => {
    fc.assert(
      fc.property(
        ended,
        fc.integer({ min: accepted, max: accepted + 1000 }),
        fc.array(fc.constantFrom('pending', 'running', 'ended' as const), { maxLength: 12 }),
        fc.array(fc.constantFrom('pending', 'running', 'ended' as const), { maxLength: 12 }),
        fc.constantFrom(undefined, 'user', 'timeout'),
        (end, startedAt, before, after, stopCause) => {
          const states = {
            pending: { phase: 'pending' },
            running: { phase: 'running', startedAt },
            ended: end,
          } as const;
          const stopping = stopCause ? { status: 'TERMINATING' as const, stop_cause: stopCause } : {};
          let current = record();
          for (const name of before.filter((name) => name !== 'ended')) current = apply(current, states[name]);
          current = { ...current, ...stopping };
          for (const name of [...before, 'ended' as const, ...after]) current = apply(current, states[name]);
          expect(isFinal(current.status)).toBe(true);
          expect(verdict(current)).toEqual(verdict(apply(record(stopping), end)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never goes back: a status only gives way to a later one', () => {
    const rank = { STARTING: 0, RUNNING: 1, TERMINATING: 2, SUCCEEDED: 3, FAILED: 3, STOPPED: 3 };
    const state = fc.oneof(
      ended,
      fc.constant<TaskState>({ phase: 'pending' }),
      fc.constant<TaskState>({ phase: 'running', startedAt: accepted + 5 }),
      fc.constant<TaskState>({ phase: 'absent' }),
    );
    fc.assert(
      fc.property(fc.array(state, { maxLength: 20 }), (states) => {
        let current = record();
        for (const next of states) {
          const changed = apply(current, next);
          if (isFinal(current.status)) expect(changed).toEqual(current);
          expect(rank[changed.status]).toBeGreaterThanOrEqual(rank[current.status]);
          current = changed;
        }
      }),
    );
  });

  it.each([
    ['exited 0', { reason: 'exited', exitCode: 0 }, undefined, 'SUCCEEDED', 0, 'exited'],
    ['exited 42', { reason: 'exited', exitCode: 42 }, undefined, 'FAILED', 42, 'exited'],
    ['exited by itself while being stopped', { reason: 'exited', exitCode: 0 }, 'user', 'SUCCEEDED', 0, 'exited'],
    ['killed from inside', { reason: 'signalled', signal: 11 }, undefined, 'FAILED', 139, 'signalled'],
    ['killed after a stop', { reason: 'signalled', signal: 9 }, 'user', 'STOPPED', 130, 'stopped'],
    ['stopped by a user', { reason: 'stopped' }, 'user', 'STOPPED', 130, 'stopped'],
    ['stopped by core over its time', { reason: 'stopped' }, 'timeout', 'FAILED', 124, 'timed-out'],
    ['stopped in the console of the cloud', { reason: 'stopped' }, undefined, 'STOPPED', 130, 'stopped'],
    ['over its time', { reason: 'timed-out' }, undefined, 'FAILED', 124, 'timed-out'],
    ['out of memory', { reason: 'out-of-memory' }, undefined, 'FAILED', 137, 'out-of-memory'],
    ['never started', { reason: 'start-failed' }, undefined, 'FAILED', 1, 'start-failed'],
    ['lost', { reason: 'lost' }, undefined, 'FAILED', 1, 'lost'],
  ] as const)('%s', (_, end, stopCause, status, exitCode, reason) => {
    const state = { phase: 'ended', endedAt: accepted + 5000, startedAt: accepted + 1000, ...end } as TaskState;
    const before = record(stopCause ? { status: 'TERMINATING', stop_cause: stopCause } : {});
    expect(apply(before, state)).toMatchObject({
      status,
      exit_code: exitCode,
      reason,
      completed_at: accepted + 5000,
      duration_seconds: 4,
    });
  });

  it('waits for a start that may still be on its way, and gives up on it after the grace period', () => {
    const unstarted = record({ task_ref: undefined });
    expect(fold(unstarted, { phase: 'absent' }, accepted + 1000)).toBeUndefined();
    expect(fold(unstarted, { phase: 'absent' }, accepted + startGraceMilliseconds)).toMatchObject({
      status: 'FAILED',
      exit_code: 1,
      reason: 'start-failed',
    });
    expect(fold(record(), { phase: 'absent' }, accepted + 1000)).toMatchObject({ reason: 'lost' });
  });
});
