import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { protocolVersion } from './protocol.ts';

/** The operating systems take 104 bytes or 108, the closing NUL included. */
const maximumBytes = 100;

/** Where the supervisor of a data folder listens. */
export function socketPath(folder: string): string {
  const name = `supervisor-v${protocolVersion}.sock`;
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= maximumBytes) return path;
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  return join(privateTemporaryFolder(), `${digest}-${name}`);
}

/** Anybody may have made a folder of this name in a shared temporary folder before us. */
function privateTemporaryFolder(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `runvoy-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${folder} must be a folder of this user that nobody else can use: remove it, or set TMPDIR`);
  }
  return folder;
}
