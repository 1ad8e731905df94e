import { createHash } from 'node:crypto';
import { RunvoyError } from '@runvoy/core/provider';

/** Cursors of one log: the sequence number of a row, with a mark of the execution, so that another log's is refused. */
export class Cursors {
  readonly #mark: string;

  constructor(executionId: string) {
    this.#mark = createHash('sha256').update(executionId).digest('base64url').slice(0, 6);
  }

  at(sequence: number): string {
    return `${this.#mark}.${sequence.toString(36)}`;
  }

  /** The sequence number of a cursor; 0, which is before everything, without one. */
  parse(cursor: string | undefined): number {
    if (cursor === undefined) return 0;
    const [mark, number, ...rest] = cursor.split('.');
    if (mark === this.#mark && rest.length === 0 && /^[0-9a-z]{1,10}$/.test(number ?? '')) {
      return Number.parseInt(number!, 36);
    }
    throw new RunvoyError('INVALID_REQUEST', 'the cursor is not one of this log', {
      field: 'after',
      remedy: 'Use a cursor as it was given for this execution, or none to start at the beginning.',
    });
  }
}
