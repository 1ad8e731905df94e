import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { readJson } from './files.ts';
import { send } from './processes.ts';
import { type Claim, isAlive, taskFiles } from './task-files.ts';
import { createTasks } from './tasks.ts';

/** Ends what still runs, and removes everything: for the harness, not a part of the contract. */
export async function removeFolder(folder: string): Promise<void> {
  const tasks = createTasks(folder);
  for (const { executionId } of await tasks.list()) {
    const claim = await readJson<Claim>(taskFiles(folder, executionId).claim);
    if (!claim) continue;
    send(claim.pid, 'SIGKILL');
    while (await isAlive(claim)) await pause(5);
    // Finds the task lost, and ends what its runner has left.
    await tasks.inspect({ executionId });
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
