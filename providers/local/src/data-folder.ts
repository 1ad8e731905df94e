import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the files of one data folder are. */
export const files = {
  metadata: (folder: string) => join(folder, 'runvoy.db'),
  tasks: (folder: string) => join(folder, 'tasks.db'),
  key: (folder: string) => join(folder, 'secrets.key'),
  serverLock: (folder: string) => join(folder, 'server.lock'),
  serverLog: (folder: string) => join(folder, 'server.log'),
  supervisorLock: (folder: string) => join(folder, 'supervisor.lock'),
  supervisorLog: (folder: string) => join(folder, 'supervisor.log'),
  compileCache: (folder: string) => join(folder, 'compile-cache'),
  pipes: (folder: string) => join(folder, 'pipes'),
  runs: (folder: string) => join(folder, 'runs'),
};

/** Makes the folder if need be, and keeps everybody else out of it. */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
}
