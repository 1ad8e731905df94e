import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './open-database.ts';

/**
 * A lock between processes that ends with its holder, however that one dies: an open exclusive transaction, which is a file
 * lock of the operating system. Node has no other access to one.
 */
export class ProcessLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `undefined` when another process, or another lock object of this one, holds it. */
  static acquire(path: string): ProcessLock | undefined {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (isBusy(error)) return undefined;
      throw error;
    }
    writeFileSync(holderFile(path), String(process.pid), { mode: 0o600 });
    return new ProcessLock(database);
  }

  release(): void {
    this.#database.close();
  }
}

/** The process that holds the lock, or that held it last. */
export function lockHolder(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(holderFile(path), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

const holderFile = (path: string) => `${path}.pid`;
