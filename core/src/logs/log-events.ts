import type { LogEvent } from '../api/index.ts';
import type { LogPage } from '../contract/logs.ts';
import { type LogPiece, piecesOf, splitPiece } from './log-pieces.ts';
import { decodeCursor, encodeCursor, logStart } from './log-position.ts';

/** The id of a line: its number, so that live stream, replay and REST agree. Padded, because clients sort ids as text. */
export function eventId(line: number): string {
  return String(line).padStart(12, '0');
}

/** The number of the line that {@link eventId} was made for, or `undefined` for any other text. */
export function lineOfEvent(id: string): number | undefined {
  return /^\d{12,15}$/.test(id) ? Number(id) : undefined;
}

const decoder = new TextDecoder();

/** Calls back for every line: its number, its time and its text without the newline. */
export function eachLine(piece: LogPiece, callback: (line: number, time: number, text: string) => void): void {
  const text = decoder.decode(piece.text);
  const { time } = piece;
  let from = 0;
  for (let index = 0; index < piece.count; index++) {
    const to = text.indexOf('\n', from);
    const line = piece.start.lines + index + 1;
    callback(line, typeof time === 'number' ? time : time[index]!, text.slice(from, to));
    from = to + 1;
  }
}

export interface LogEventPage {
  events: LogEvent[];
  /** Resumes after these events, over REST as well as on a stream. */
  next: string;
  /** The log is complete and nothing follows. */
  ended: boolean;
}

const readBytes = { least: 1 << 14, perLine: 128, most: 1 << 20 };

/**
 * Lines of a log as the API shows them: those after a cursor (without one: from the start), at most `limit`, and no more pages
 * once `maximumBytes` of text are there.
 * `read` is `logs.read`, or a function that checks access first. Rejects with INVALID_REQUEST for a cursor from elsewhere.
 */
export async function readLogEvents(
  read: (options: { after?: string; maximumBytes: number }) => Promise<LogPage>,
  executionId: string,
  {
    after,
    limit = Number.POSITIVE_INFINITY,
    maximumBytes = Number.POSITIVE_INFINITY,
  }: { after?: string; limit?: number; maximumBytes?: number } = {},
): Promise<LogEventPage> {
  let position = after === undefined ? logStart : decodeCursor(executionId, after);
  const events: LogEvent[] = [];
  let bytes = 0;
  for (;;) {
    const room = Math.max(readBytes.least, (limit - events.length) * readBytes.perLine);
    const { cursor } = position;
    const page = await read({
      ...(cursor !== undefined && { after: cursor }),
      maximumBytes: Math.min(readBytes.most, room),
    });
    let full = false;
    const { pieces, end } = piecesOf(page, position);
    position = end;
    for (const whole of pieces) {
      const left = limit - events.length;
      full = left < whole.count;
      const piece = full ? splitPiece(whole, left)[0] : whole;
      eachLine(piece, (line, timestamp, message) => {
        events.push({ event_id: eventId(line), timestamp, message, stream: piece.stream });
      });
      position = piece.end;
      bytes += piece.text.length;
      if (full) break;
    }
    if (full || events.length >= limit || bytes >= maximumBytes || page.ended || page.chunks.length === 0) {
      return { events, next: encodeCursor(executionId, position), ended: page.ended && !full };
    }
  }
}
