import { createRequire } from 'node:module';
import { DynaliteThread } from './dynalite-thread.ts';
import type { Source } from './emulator.ts';

const packages = createRequire(import.meta.url);
let thread: DynaliteThread | undefined;

/** DynamoDB in this process, by the npm package dynalite: it ends with it. Each is a database of its own. */
export const fromDynalite: Source = async () => {
  const path = find('dynalite');
  if (path === undefined) return { no: 'dynalite is not installed' };
  thread ??= new DynaliteThread(path);
  const running = thread;
  const port = await running.open();
  return {
    name: 'dynamodb',
    host: `127.0.0.1:${port}`,
    engine: 'dynalite',
    version: (packages('dynalite/package.json') as { version: string }).version,
    found: 'npm',
    stop: () => running.close(port),
  };
};

function find(name: string): string | undefined {
  try {
    return packages.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
