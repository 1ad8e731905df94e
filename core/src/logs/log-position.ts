import { hash } from 'node:crypto';
import { RunvoyError } from '../contract/errors.ts';

/**
 * A place in the log of one execution. `lines` and `inLine` alone say where it is, however the provider cuts its chunks:
 * the order of lines never changes. `cursor` and `skip` say how to get there.
 */
export interface LogPosition {
  /** Whole lines before it, over all streams. */
  lines: number;
  /** Bytes of the next line before it: only within a line that is longer than a frame may be. */
  inLine: number;
  /** The provider's cursor at or before it; absent: the start of the log. */
  cursor?: string;
  /** Bytes of text between that cursor and this place. */
  skip: number;
}

export const logStart: LogPosition = { lines: 0, inLine: 0, skip: 0 };

export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.lines - b.lines || a.inLine - b.inLine;
}

/** The cursor that clients see: the provider's, and how many lines lie before it, so that lines keep their numbers. */
export function encodeCursor(executionId: string, { lines, inLine, skip, cursor }: LogPosition): string {
  const content = `${lines}.${inLine}.${skip}.${cursor ?? ''}`;
  return `${checksum(executionId, content)}.${content}`;
}

/** Rejects with INVALID_REQUEST a text that {@link encodeCursor} did not make, or made for another execution. */
export function decodeCursor(executionId: string, text: string, field = 'after'): LogPosition {
  const match = /^([0-9a-f]{8})\.((\d{1,15})\.(\d{1,9})\.(\d{1,12})\.([\x21-\x7e]*))$/.exec(text);
  if (!match || match[1] !== checksum(executionId, match[2]!)) {
    throw new RunvoyError(
      'INVALID_REQUEST',
      `${field} is not a cursor of this execution's log: it comes from elsewhere`,
      {
        field,
        remedy: 'Pass a cursor that this execution returned, as it was, or leave it out to read from the start.',
      },
    );
  }
  const cursor = match[6]!;
  return {
    lines: Number(match[3]),
    inLine: Number(match[4]),
    skip: Number(match[5]),
    ...(cursor !== '' && { cursor }),
  };
}

function checksum(executionId: string, content: string): string {
  return hash('sha1', `${executionId} ${content}`, 'hex').slice(0, 8);
}
