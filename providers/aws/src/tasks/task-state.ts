import type { Container, Task } from '@aws-sdk/client-ecs';
import type { EndReason, TaskState } from '@runvoy/core/provider';
import { runnerName, sidecarName } from './definition.ts';

export type Ended = Extract<TaskState, { phase: 'ended' }>;

const waits: Record<string, string> = {
  PROVISIONING: 'waiting for a place to run',
  PENDING: 'pulling the image',
  ACTIVATING: 'starting',
};

/** What ECS says of a task; an exit code is taken as it is. */
export function taskState(task: Task): TaskState {
  const endedAt = milliseconds(task.executionStoppedAt) ?? milliseconds(task.stoppedAt);
  const isOver = task.lastStatus === 'STOPPED' || (task.lastStatus === 'DEPROVISIONING' && endedAt !== undefined);
  const startedAt = milliseconds(task.startedAt);
  if (isOver) {
    return {
      phase: 'ended',
      ...howEnded(task),
      ...(startedAt !== undefined && { startedAt }),
      endedAt: endedAt ?? milliseconds(task.stoppingAt) ?? startedAt ?? milliseconds(task.createdAt) ?? 0,
    };
  }
  if (startedAt !== undefined) return { phase: 'running', startedAt };
  const detail = waits[task.lastStatus ?? ''];
  return { phase: 'pending', ...(detail !== undefined && { detail }) };
}

/** Whether the task runs our script, which tells causes; upstream's tells none. */
export function hasRunnerScript({ overrides }: Task): boolean {
  const runner = overrides?.containerOverrides?.find(({ name }) => name === runnerName);
  return runner?.environment?.some(({ name }) => name === 'RUNVOY_EXECUTION_ID') === true;
}

function howEnded(task: Task): { reason: EndReason; exitCode?: number; detail?: string } {
  const find = (wanted: string): Container | undefined => task.containers?.find(({ name }) => name === wanted);
  const runner = find(runnerName) ?? task.containers?.[0];
  const sidecar = find(sidecarName);
  const detail = runner?.reason ?? task.stoppedReason;
  const told = (reason: EndReason, text = detail) => ({ reason, ...(text !== undefined && { detail: text }) });
  if (/OutOfMemory/i.test(runner?.reason ?? '')) return told('out-of-memory');
  if (task.stopCode === 'UserInitiated') return told('stopped', task.stoppedReason);
  if (task.stopCode === 'SpotInterruption' || task.stopCode === 'TerminationNotice')
    return told('lost', task.stoppedReason);
  if (runner?.exitCode !== undefined) return { reason: 'exited', exitCode: runner.exitCode & 255 };
  if (sidecar?.exitCode) {
    return told('start-failed', 'preparing the run failed, before the command: its log says why');
  }
  if (task.stopCode === 'TaskFailedToStart' || task.startedAt === undefined) return told('start-failed');
  return told('lost');
}

const milliseconds = (date: Date | undefined): number | undefined => date?.getTime();
