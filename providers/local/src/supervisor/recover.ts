import { rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { selectLive } from '../tasks/task-database.ts';
import type { TaskRow } from '../tasks/task-state.ts';
import { containerName, docker } from './docker.ts';
import { killLeftovers } from './leftovers.ts';

/** Ends the tasks of a supervisor that died: nobody can know any more how they end, so they must not go on unseen. */
export async function recover(database: DatabaseSync, runs: string): Promise<void> {
  const rows = database.prepare(selectLive).all() as unknown as TaskRow[];
  if (rows.length > 0) {
    await killLeftovers(rows);
    const containers = rows.filter((row) => row.container).map((row) => containerName(row.execution));
    if (containers.length > 0) {
      await docker(['rm', '--force', '--volumes', ...containers], process.env as Record<string, string>);
    }
    database
      .prepare(
        `UPDATE tasks SET phase = 'ended', reason = 'lost', detail = ?, ended_at = ?
          WHERE phase IN ('pending', 'running')`,
      )
      .run('the supervisor of the local provider died while it ran', Date.now());
  }
  await rm(runs, { recursive: true, force: true }).catch(() => {});
}
