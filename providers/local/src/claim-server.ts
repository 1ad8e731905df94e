import { RunvoyError } from '@runvoy/core/provider';
import { files } from './data-folder.ts';
import { lockHolder, ProcessLock } from './database/process-lock.ts';

/** The right to be the server of a data folder, until it is released or the process ends. */
export function claimServer(folder: string): ProcessLock {
  const path = files.serverLock(folder);
  const lock = ProcessLock.acquire(path);
  if (lock) return lock;
  throw new RunvoyError(
    'CONFLICT',
    `another runvoy server (process ${lockHolder(path) ?? 'unknown'}) serves ${folder}`,
    {
      field: 'RUNVOY_HOME',
      remedy: 'Use that server, or end it first, or set RUNVOY_HOME to another folder.',
    },
  );
}
