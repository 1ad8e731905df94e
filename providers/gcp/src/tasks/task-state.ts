import type { protos } from '@google-cloud/run';
import type { TaskState } from '@runvoy/core/provider';

type Execution = protos.google.cloud.run.v2.IExecution;
type Task = protos.google.cloud.run.v2.ITask;
type Condition = protos.google.cloud.run.v2.ICondition;

export type EndedState = Extract<TaskState, { phase: 'ended' }>;

const deadlineExceeded = 4;

/**
 * What an execution's counters and conditions and the last attempt of its one task say together. The exit code alone says nothing:
 * out of memory and timeouts have 0 there, too.
 */
export function taskState(execution: Execution, task: Task | undefined): TaskState {
  if (!execution.completionTime) return livingState(execution);
  const startedAt = millisecondsOf(task?.startTime ?? execution.startTime);
  const times = {
    phase: 'ended',
    endedAt: millisecondsOf(execution.completionTime)!,
    ...(startedAt !== undefined && { startedAt }),
  } as const;
  if ((execution.succeededCount ?? 0) > 0) return { ...times, reason: 'exited', exitCode: 0 };
  const completed = conditionOf(execution, 'Completed');
  if ((execution.cancelledCount ?? 0) > 0 || isCancelled(completed)) return { ...times, reason: 'stopped' };
  const result = task?.lastAttemptResult;
  const message = [completed?.message, result?.status?.message, conditionOf(task, 'Completed')?.message].join('\n');
  if (/memory limit/i.test(message))
    return { ...times, reason: 'out-of-memory', detail: 'the memory limit was reached' };
  if (result?.status?.code === deadlineExceeded || /timeout was reached/i.test(message))
    return { ...times, reason: 'timed-out' };
  if (result?.termSignal) return { ...times, reason: 'signalled', signal: result.termSignal };
  if (result?.exitCode) return { ...times, reason: 'exited', exitCode: result.exitCode };
  const detail = completed?.message || conditionOf(task, 'Completed')?.message || 'Cloud Run did not say why';
  return { phase: 'ended', reason: 'start-failed', endedAt: times.endedAt, detail };
}

function livingState(execution: Execution): TaskState {
  const startedAt = millisecondsOf(execution.startTime);
  if ((execution.runningCount ?? 0) > 0 && startedAt !== undefined) return { phase: 'running', startedAt };
  const waiting = execution.conditions?.find(
    ({ state, message }) => message && state !== 'CONDITION_SUCCEEDED' && state !== 4,
  );
  return { phase: 'pending', detail: waiting?.message || 'Cloud Run is provisioning the task' };
}

function isCancelled(completed: Condition | undefined): boolean {
  // Enums come as names or, from another version of the client, as numbers.
  const reason = completed?.executionReason;
  return reason === 'CANCELLED' || reason === 3 || /was cancelled/i.test(completed?.message ?? '');
}

function conditionOf(subject: { conditions?: Condition[] | null } | undefined, type: string): Condition | undefined {
  return subject?.conditions?.find((condition) => condition.type === type);
}

interface Timestamp {
  seconds?: number | string | { toString(): string } | null;
  nanos?: number | null;
}

export function millisecondsOf(time: Timestamp | null | undefined): number | undefined {
  return time ? Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1e6) : undefined;
}
