import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { TaskRow } from '../tasks/task-state.ts';

/**
 * Kills every process that has the mark of one of these executions in its environment, whatever group or session it moved
 * to. Only Linux shows environments; elsewhere what left the group is left alone.
 */
export async function killMarked(executions: Iterable<string>): Promise<void> {
  if (process.platform !== 'linux') return;
  const marks = [...executions].map((execution) => Buffer.from(`RUNVOY_EXECUTION_ID=${execution}\0`));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
    if (environment && marks.some((mark) => environment.includes(mark))) kill(Number(pid));
  }
}

/** Kills what a supervisor that died has left running. */
export async function killLeftovers(rows: readonly TaskRow[]): Promise<void> {
  await killMarked(rows.map((row) => row.execution));
  for (const { pid, started_at } of rows) {
    if (pid !== null && started_at !== null && (await isSameProcess(pid, started_at))) kill(-pid);
  }
}

/** Process ids are used again: the time of the start tells. `ps` gives it in seconds. */
async function isSameProcess(pid: number, startedAt: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return Math.abs(Date.parse(stdout.trim()) - startedAt) <= 3000;
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, or it is not ours.
  }
}
