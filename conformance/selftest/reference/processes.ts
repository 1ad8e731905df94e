import { readdirSync, readFileSync } from 'node:fs';

/** Kills a process group, and whatever has left it but has the execution's id in its environment. */
export function killEverything(pid: number, signal: NodeJS.Signals, executionId: string): void {
  kill(-pid, signal);
  const mark = Buffer.from(`RUNVOY_EXECUTION_ID=${executionId}\0`);
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && read(`/proc/${name}/environ`)?.includes(mark)) kill(Number(name), signal);
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

/** Bytes of memory that a process and its descendants hold. */
export function memoryOf(pid: number): number {
  const pages = Number(read(`/proc/${pid}/statm`)?.toString().split(' ')[1] ?? 0);
  const children = read(`/proc/${pid}/task/${pid}/children`)?.toString().trim() ?? '';
  return pages * 4096 + children.split(' ').reduce((sum, child) => sum + (child ? memoryOf(Number(child)) : 0), 0);
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
