import { readdir, readFile } from 'node:fs/promises';

/** When a process began, in ticks since the machine did: with its id it is a name that no other process gets. Linux only. */
export async function beginningOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field, the program's name, may have blanks and parentheses in it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Everything that a task has started: its process group, and what has left it but still has the task's id in its environment. */
export async function signalTask(executionId: string, signal: NodeJS.Signals, group?: number): Promise<void> {
  if (group !== undefined) send(-group, signal);
  const mark = Buffer.from(`RUNVOY_EXECUTION_ID=${executionId}\0`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      if (environment?.includes(mark)) send(Number(pid), signal);
    }),
  );
}

export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
