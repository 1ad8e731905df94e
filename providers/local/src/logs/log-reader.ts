import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogChunk, LogPage, LogStream } from '@runvoy/core/provider';
import { Cursors } from './cursor.ts';

const pageBytes = 1024 * 1024;

interface ChunkRow {
  sequence: number;
  stream: LogStream;
  time: number;
  times: string | null;
  count: number;
  continues: number;
  text: Uint8Array;
}

/** Pages of one log out of the database. */
export class LogReader {
  readonly #chunks: StatementSync;
  readonly #ended: StatementSync;

  constructor(database: DatabaseSync) {
    this.#chunks = database.prepare(
      `SELECT sequence, stream, time, times, count, continues, text FROM chunks
        WHERE execution = ? AND sequence > ? ORDER BY sequence`,
    );
    this.#ended = database.prepare(
      `SELECT EXISTS (SELECT 1 FROM log_ends WHERE execution = ?1)
        OR EXISTS (SELECT 1 FROM tasks WHERE execution = ?1 AND phase = 'ended') AS ended`,
    );
  }

  isEnded(executionId: string): boolean {
    return this.#ended.get(executionId)?.ended === 1;
  }

  read(executionId: string, after: string | undefined, maximumBytes = pageBytes): LogPage {
    const cursors = new Cursors(executionId);
    let last = cursors.parse(after);
    // Asked first: the last lines are in the same transaction as the end, so that what follows is all there is.
    const isEnded = this.isEnded(executionId);
    const chunks: LogChunk[] = [];
    let bytes = 0;
    let complete = true;
    for (const row of this.#chunks.iterate(executionId, last) as Iterable<unknown> as Iterable<ChunkRow>) {
      if (chunks.length > 0 && bytes + row.text.length > maximumBytes) {
        complete = false;
        break;
      }
      bytes += row.text.length;
      last = row.sequence;
      chunks.push(toChunk(row, cursors.at(row.sequence)));
    }
    return { chunks, cursor: cursors.at(last), ended: isEnded && complete };
  }
}

function toChunk({ stream, time, times, count, continues, text }: ChunkRow, cursor: string): LogChunk {
  return {
    cursor,
    stream,
    time: times === null ? time : (JSON.parse(times) as number[]),
    count,
    text,
    ...(continues === 1 ? { continues: true } : {}),
  };
}
