import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills every process whose environment has one of these `NAME=value`, whatever group or session it moved to. Only Linux shows
 * environments; elsewhere, what left its group stays. Reading them one after the other costs a third of doing it at once.
 */
export function killMarked(marks: Iterable<string>): void {
  const wanted = [...marks].map((mark) => Buffer.from(`${mark}\0`));
  if (process.platform !== 'linux' || wanted.length === 0) return;
  for (const id of readdirSync('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    try {
      const environment = readFileSync(`/proc/${id}/environ`);
      if (wanted.some((mark) => environment.includes(mark))) process.kill(Number(id), 'SIGKILL');
    } catch {
      // It is gone, or it is not ours.
    }
  }
}
