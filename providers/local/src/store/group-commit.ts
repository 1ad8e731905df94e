import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database/open-database.ts';

interface Write {
  work: () => unknown;
  outcome?: { value: unknown } | { error: unknown };
  settle(outcome: { value: unknown } | { error: unknown }): void;
}

/**
 * Puts all writes of one turn of the event loop into one transaction: under load that shares the pages that they change,
 * which is most of what a small write costs.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #queue: Write[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `work` must leave the database as it was when it throws, and may be called twice. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        work,
        settle: (outcome) => ('value' in outcome ? resolve(outcome.value as T) : reject(outcome.error)),
      });
      if (this.#queue.length === 1) setImmediate(() => this.flush());
    });
  }

  flush(): void {
    const writes = this.#queue;
    this.#queue = [];
    if (writes.length > 1 && this.#together(writes)) for (const { settle, outcome } of writes) settle(outcome!);
    else for (const { settle, work } of writes) settle(attempt(work));
  }

  /** Whether it worked; if not, each has to be tried alone, to find whose fault it was. */
  #together(writes: Write[]): boolean {
    try {
      transaction(this.#database, () => {
        for (const write of writes) {
          write.outcome = attempt(write.work);
          // A full disk ends the whole transaction, and not only the statement.
          if (!this.#database.isTransaction) throw new Error('rolled back');
        }
      });
      return true;
    } catch {
      return false;
    }
  }
}

function attempt(work: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
