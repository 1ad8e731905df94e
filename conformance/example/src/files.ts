import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file name for any text: two texts that differ in a letter's case or form must not meet in one file. */
export const fileName = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `undefined` when there is no such file. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Readers see the old content or the new one, never a part. */
export async function replaceJson(path: string, value: object): Promise<void> {
  await viaTemporary(path, value, (temporary) => rename(temporary, path));
}

/** Whether it was this call that wrote the file: of any number of processes, one does, and its content stays for good. */
export async function writeOnce(path: string, value: object): Promise<boolean> {
  try {
    await viaTemporary(path, value, (temporary) => link(temporary, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function viaTemporary(path: string, value: object, publish: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(temporary, JSON.stringify(value), { mode: 0o600 });
    await publish(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}
