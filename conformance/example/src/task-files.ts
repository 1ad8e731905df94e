import { join } from 'node:path';
import type { TaskState } from '@runvoy/core/provider';
import { fileName, readJson } from './files.ts';
import { beginningOf } from './processes.ts';

/** Written by the runner that got the task. */
export interface Claim {
  executionId: string;
  pid: number;
  beginning: string | undefined;
}

export type Ended = Extract<TaskState, { phase: 'ended' }>;

// #region files
/** Facts about a task, each in a file that is written once and stays: so the end of a task cannot change afterwards. */
export function taskFiles(folder: string, executionId: string) {
  const file = (name: string) => join(folder, 'tasks', fileName(executionId), name);
  return { claim: file('claim.json'), running: file('running.json'), end: file('end.json'), stop: file('stop.json') };
}
// #endregion

/** A new line for each task that has changed; connections follow it. */
export const changesPath = (folder: string): string => join(folder, 'changes.jsonl');

/** Whether the runner that has the task lives. */
export async function isAlive({ pid, beginning }: Claim): Promise<boolean> {
  return (await beginningOf(pid)) === beginning;
}

export async function readState(folder: string, executionId: string): Promise<TaskState> {
  const files = taskFiles(folder, executionId);
  const end = await readJson<Ended>(files.end);
  if (end) return end;
  const running = await readJson<{ startedAt: number }>(files.running);
  if (running) return { phase: 'running', ...running };
  return (await readJson<Claim>(files.claim)) ? { phase: 'pending', detail: 'starting' } : { phase: 'absent' };
}
