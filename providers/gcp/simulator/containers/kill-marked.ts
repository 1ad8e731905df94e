import { readdir, readFile } from 'node:fs/promises';

/**
 * Kills every process whose environment has one of these `NAME=value`, whatever group or session it moved to. Only Linux shows
 * environments; elsewhere, what left its group stays.
 */
export async function killMarked(marks: Iterable<string>): Promise<void> {
  const wanted = [...marks].map((mark) => Buffer.from(`${mark}\0`));
  if (process.platform !== 'linux' || wanted.length === 0) return;
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    ids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`).catch(() => undefined);
      if (!environment || !wanted.some((mark) => environment.includes(mark))) return;
      try {
        process.kill(Number(id), 'SIGKILL');
      } catch {
        // It is gone.
      }
    }),
  );
}
