import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** How many pages of 4 KiB the log of changes may have before they are copied into the database, for which the disk is waited for. */
const checkpointPages = 4000;
/** How long a writer waits for another process's transaction. Ours take less than a millisecond. */
const busyTimeoutMs = 5000;

/**
 * Opens a database that several processes use at once. A commit survives the death of any process; the power failing may
 * undo the last ones, but never corrupts (WAL with `synchronous = NORMAL`).
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    enterWal(database);
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The switch to WAL does not wait for others as statements do, so that two first starts at once would fail each other. */
function enterWal(database: DatabaseSync): void {
  const deadline = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === 5;
}

export type TransactionKind = 'read' | 'write';

/** Runs `work` as one transaction. */
export function transaction<T>(database: DatabaseSync, work: () => T, kind: TransactionKind = 'write'): T {
  database.exec(kind === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk or an I/O error may have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
