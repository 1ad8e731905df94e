import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
    for (const child of readers.get(folder) ?? []) child.kill('SIGKILL');
    readers.delete(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
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

/** Who reads a leash: a process of its own, because a pipe that nobody opens would block one of Node's four threads for files. */
const reader = 'exec < "$1" && echo held && exec cat > /dev/null';
const readers = new Map<string, ChildProcess[]>();

/**
 * A pipe that tells when nobody holds its other end any more: `gone` resolves when every process that a task started with
 * `exec 3> path` has ended, wherever it moved to. Within `inSharedFolder`.
 */
export async function leash(folder: string): Promise<{ path: string; held: Promise<void>; gone: Promise<void> }> {
  const path = join(folder, 'leash');
  await run('mkfifo', [path]);
  const child = spawn('/bin/sh', ['-c', reader, 'sh', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  readers.set(folder, [...(readers.get(folder) ?? []), child]);
  const held = once(child.stdout, 'data').then(() => undefined);
  const gone = once(child, 'exit').then(() => undefined);
  return { path, held, gone };
}
