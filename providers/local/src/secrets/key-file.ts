import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { RunvoyError } from '@runvoy/core/provider';

const keyBytes = 32;

/** The key of this data folder, made on first use. However many processes ask at once, all get the same one. */
export function readKey(path: string): Buffer {
  const key = readIfThere(path) ?? createKey(path);
  if (key.length !== keyBytes) {
    throw new RunvoyError('CONFIGURATION_INVALID', `the key file ${path} is damaged: it must have ${keyBytes} bytes`, {
      remedy: 'Restore it from a backup. Without it the secrets kept here cannot be read.',
    });
  }
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  return key;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A link appears complete or not at all, and only where nothing is: a crash leaves no half a key, a race has one winner. */
function createKey(path: string): Buffer {
  const draft = `${path}.${randomUUID()}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, randomBytes(keyBytes));
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
  return readFileSync(path);
}
