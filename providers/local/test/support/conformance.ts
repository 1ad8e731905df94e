import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Harness } from '@runvoy/conformance';

/** In memory where there is such a folder: making and removing worlds is most of the work. */
export const worldsFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const type = 'local.task-changed';

export const notifications: NonNullable<Harness['notifications']> = {
  taskChanged: (executionId) => ({ type, execution_id: executionId }),
  malformed: [{ type }, { type, execution_id: '' }, { type, execution_id: 7 }],
};

const sqlite = (errcode: number, message: string) => () =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
const system = (code: string) => () => Object.assign(new Error(`${code}: write`), { code, syscall: 'write' });

/** As node:sqlite, the file system and sockets throw them. */
export const rawErrors: NonNullable<Harness['errors']> = {
  DATABASE_ERROR: sqlite(5, 'database is locked'),
  PERMISSION_DENIED: sqlite(8, 'attempt to write a readonly database'),
  STORAGE_FULL: sqlite(13, 'database or disk is full'),
  CAPACITY_EXCEEDED: system('EMFILE'),
  SERVICE_UNAVAILABLE: system('ECONNREFUSED'),
  CANCELLED: () => new DOMException('This operation was aborted', 'AbortError'),
};

/** Asks the supervisor that was started for a home, if there is one, to end what it runs and itself, and waits for that. */
export async function endSupervisor(home: string): Promise<void> {
  const pid = readPid(join(home, 'local', 'supervisor.lock.pid'));
  if (pid === undefined || !signal(pid, 'SIGTERM')) return;
  while (signal(pid, 0)) await delay(5);
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
