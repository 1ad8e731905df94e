import type { ExecutionDocument } from '../contract/collections.ts';
import type { TaskState } from '../contract/tasks.ts';
import { isFinal } from './is-final.ts';
import { outcomeOf } from './outcome.ts';

/**
 * How long a record may be without a task before that means that there is none. Longer than any call of `tasks.start` takes,
 * because a live one may still be on its way, and than a cloud's listing lags.
 */
export const startGraceMilliseconds = 120_000;

/**
 * Folds what the cloud says of a task into its record: the fields to change, or `undefined`.
 *
 * Pure, idempotent and order-proof: it looks at nothing but the two; a final record never changes; each status only gives way
 * to one further on; so observations that come twice, late, out of order or not at all end in one and the same record, as
 * long as the last word of `inspect` arrives once.
 */
export function fold(record: ExecutionDocument, task: TaskState, now: number): Partial<ExecutionDocument> | undefined {
  if (isFinal(record.status)) return undefined;
  switch (task.phase) {
    case 'pending':
      return undefined;
    case 'running': {
      if (record.running_at !== undefined) return undefined;
      const running = {
        running_at: Math.max(task.startedAt, record.started_at),
      };
      return record.status === 'STARTING' ? { status: 'RUNNING', ...running } : running;
    }
    case 'absent': {
      const reason = reasonOfAbsence(record);
      const started = reason === 'lost';
      if (!started && record.status !== 'TERMINATING' && now - record.started_at < startGraceMilliseconds)
        return undefined;
      const detail = started
        ? 'the cloud no longer knows the task'
        : 'the task was never started: its server stopped before';
      return ending(record, {
        phase: 'ended',
        reason,
        endedAt: now,
        detail,
      });
    }
    case 'ended':
      return ending(record, task);
  }
}

/** Why a task that the cloud does not know is over. Records of upstream's say that it ran by their status alone. */
export function reasonOfAbsence({ running_at, task_ref, status }: ExecutionDocument): 'lost' | 'start-failed' {
  return running_at !== undefined || task_ref !== undefined || status === 'RUNNING' ? 'lost' : 'start-failed';
}

function ending(record: ExecutionDocument, task: Extract<TaskState, { phase: 'ended' }>): Partial<ExecutionDocument> {
  const runningAt = record.running_at ?? task.startedAt;
  const completedAt = Math.max(task.endedAt, record.started_at);
  return {
    ...outcomeOf(task, record.stop_cause),
    completed_at: completedAt,
    duration_seconds: Math.max(0, Math.floor((completedAt - (runningAt ?? completedAt)) / 1000)),
    ...(runningAt !== undefined && {
      running_at: Math.max(runningAt, record.started_at),
    }),
    ...(task.detail !== undefined && { reason_detail: task.detail }),
  };
}
