import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

/** What the files that were named on the command line need; all that there is, when none was. */
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-') && argument.includes('/'));
const needsGoogle = named.every((path) => path.includes('.config.')) || named.some((path) => path.includes('gcp'));

/**
 * One pair of emulators for all test files: one takes seconds to start, and hundreds of megabytes. In a process of its own, because
 * what vitest runs before the tests does not know the condition that our packages' sources are found by.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!needsGoogle) return undefined;
  const program = fileURLToPath(new URL('emulators-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', program, 'firestore', 'pubsub'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')])) as [unknown];
  if (typeof line !== 'string') throw new Error('the emulators that are required cannot be had');
  // Test files run in processes that are started from this one later.
  Object.assign(process.env, JSON.parse(line));
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
}
