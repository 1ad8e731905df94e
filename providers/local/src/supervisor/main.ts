import { setTimeout as delay } from 'node:timers/promises';
import { files } from '../data-folder.ts';
import { ProcessLock } from '../database/process-lock.ts';
import { connectTo } from './connect.ts';
import { socketPath } from './socket-path.ts';
import { Supervisor } from './supervisor.ts';

/** How long one that is leaving may take to let go of the lock. */
const patienceMs = 3000;
const defaultIdleMs = 60_000;

/** `undefined`: another supervisor is there and answers. */
async function takeOver(lockFile: string, socket: string): Promise<ProcessLock | undefined> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const lock = ProcessLock.acquire(lockFile);
    if (lock || Date.now() > deadline) return lock;
    const connection = await connectTo(socket);
    connection?.destroy();
    if (connection) return undefined;
    await delay(10);
  }
}

async function main(folder: string, idleMs = defaultIdleMs): Promise<void> {
  process.umask(0o077);
  const socket = socketPath(folder);
  const lock = await takeOver(files.supervisorLock(folder), socket);
  if (!lock) return;
  const supervisor = await Supervisor.serve(folder, socket, lock, idleMs);
  process.on('SIGHUP', () => {});
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => supervisor.leave('the supervisor of the local provider was asked to end'));
}

const [folder, idleMs] = process.argv.slice(2);
main(folder!, idleMs === undefined ? undefined : Number(idleMs)).catch((error) => {
  console.error(new Date().toISOString(), error);
  process.exit(1);
});
