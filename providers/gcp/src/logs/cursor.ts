import { hash } from 'node:crypto';
import { RunvoyError } from '@runvoy/core/provider';

/** A place between two parts of a log: before part `part` of document `document`. */
export interface Place {
  document: number;
  part: number;
}

export const logStart: Place = { document: 0, part: 0 };

/** Cursors of one log: a place, with a mark of the execution, so that another log's is refused. */
export class Cursors {
  readonly #mark: string;

  constructor(executionId: string) {
    this.#mark = hash('sha256', executionId, 'base64url').slice(0, 6);
  }

  at({ document, part }: Place): string {
    return `${this.#mark}.${document.toString(36)}.${part.toString(36)}`;
  }

  parse(cursor: string | undefined): Place {
    if (cursor === undefined) return logStart;
    const match = /^([\w-]{6})\.([0-9a-z]{1,6})\.([0-9a-z]{1,6})$/.exec(cursor);
    if (match?.[1] === this.#mark)
      return { document: Number.parseInt(match[2]!, 36), part: Number.parseInt(match[3]!, 36) };
    throw new RunvoyError('INVALID_REQUEST', 'the cursor is not one of this log', {
      field: 'after',
      remedy: 'Use a cursor as it was given for this execution, or none to start at the beginning.',
    });
  }
}
