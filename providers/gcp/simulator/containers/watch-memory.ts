import { readFileSync } from 'node:fs';

const everyMs = 200;
const pageBytes = 4096;

/**
 * Calls `exceeded` once when a process and its descendants use more memory than this (resident, as /proc tells). Returns what
 * ends the watch. Only on Linux: elsewhere there is no limit.
 */
export function watchMemory(pid: number, limitBytes: number, exceeded: () => void): () => void {
  if (process.platform !== 'linux' || Number.isNaN(limitBytes)) return () => {};
  const timer = setInterval(() => {
    if (residentBytes(pid) <= limitBytes) return;
    clearInterval(timer);
    exceeded();
  }, everyMs);
  return () => clearInterval(timer);
}

function residentBytes(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const own = pages * pageBytes;
    if (children === '') return own;
    return children.split(' ').reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    // It has ended in between.
    return 0;
  }
}
