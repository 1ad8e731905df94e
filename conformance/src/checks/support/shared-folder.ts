import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../../world.ts';
import { startTask, untilEnded } from './tasks.ts';

const run = promisify(execFile);

/** A folder of this machine that tasks see under the same path, for as long as the work goes on. */
export async function inSharedFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-conformance-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How often a command ran, told by a file that it leaves marks in, and how it ended. */
export function countRuns(world: World, command: string): Promise<{ count: number }> {
  return inSharedFolder(async (folder) => {
    const marks = join(folder, 'marks');
    const task = await startTask(world, `echo x >> '${marks}'; ${command}`);
    await untilEnded(world, task);
    return { count: readFileSync(marks, 'utf8').length / 2 };
  });
}

/**
 * A pipe that tells when nobody holds its other end any more: `gone` resolves when every process that a task started with
 * `exec 3> path` has ended, wherever it moved to.
 */
export async function leash(folder: string): Promise<{ path: string; held: Promise<void>; gone: Promise<void> }> {
  const path = join(folder, 'leash');
  await run('mkfifo', [path]);
  const held = open(path, 'r');
  const gone = held.then(async (pipe) => {
    try {
      const buffer = Buffer.alloc(1024);
      while ((await pipe.read(buffer, 0, buffer.length)).bytesRead > 0);
    } finally {
      await pipe.close();
    }
  });
  gone.catch(() => undefined);
  return { path, held: held.then(() => undefined), gone };
}
