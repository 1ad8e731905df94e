import type { DatabaseSync } from 'node:sqlite';
import { type TransactionKind, transaction } from '../database/open-database.ts';

interface Piece {
  work: () => unknown;
  outcome?: { value: unknown } | { error: unknown };
  settle(outcome: { value: unknown } | { error: unknown }): void;
}

/**
 * Puts all work of one turn of the event loop into one transaction: under load that shares the locks, and the pages that are
 * changed, which is most of what a small read or write costs. Nothing is done before it is asked for, so that a read sees
 * whatever any process had committed when it began.
 */
export class SharedTransaction {
  readonly #database: DatabaseSync;
  readonly #kind: TransactionKind;
  #queue: Piece[] = [];

  constructor(database: DatabaseSync, kind: TransactionKind) {
    this.#database = database;
    this.#kind = kind;
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
    const pieces = this.#queue;
    this.#queue = [];
    if (pieces.length > 1 && this.#together(pieces)) for (const { settle, outcome } of pieces) settle(outcome!);
    else for (const { settle, work } of pieces) settle(attempt(work));
  }

  /** Whether it worked; if not, each has to be tried alone, to find whose fault it was. */
  #together(pieces: Piece[]): boolean {
    try {
      transaction(
        this.#database,
        () => {
          for (const piece of pieces) {
            piece.outcome = attempt(piece.work);
            // A full disk ends the whole transaction, and not only the statement.
            if (!this.#database.isTransaction) throw new Error('rolled back');
          }
        },
        this.#kind,
      );
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
