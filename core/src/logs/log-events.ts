import type { LogEvent } from '../api/index.ts';
import type { LogPage, Logs } from '../contract/logs.ts';
import { type LogPiece, pieceAfter, piecesOf } from './log-pieces.ts';
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

const readBytes = 1 << 20;

/**
 * Lines of a log as the API shows them: those after a cursor (without one: from the start), at most `limit`.
 * `read` is `logs.read`, or a function that checks access first. Rejects with INVALID_REQUEST for a cursor from elsewhere.
 */
export async function readLogEvents(
  read: (options: { after?: string; maximumBytes: number }) => Promise<LogPage>,
  executionId: string,
  options: { after?: string; limit?: number } = {},
): Promise<LogEventPage> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let position = options.after === undefined ? logStart : decodeCursor(executionId, options.after);
  const events: LogEvent[] = [];
  for (;;) {
    const page = await read({
      ...(position.cursor !== undefined && { after: position.cursor }),
      maximumBytes: readBytes,
    });
    for (const piece of piecesOf(page, position)) {
      const room = limit - events.length;
      eachLine(piece, (line, timestamp, message) => {
        if (events.length < limit) events.push({ event_id: eventId(line), timestamp, message, stream: piece.stream });
      });
      position = room < piece.count ? positionWithin(piece, room) : piece.end;
      if (room <= piece.count) break;
    }
    const full = events.length >= limit;
    if (full || page.ended || page.chunks.length === 0) {
      return { events, next: encodeCursor(executionId, position), ended: page.ended && !full };
    }
  }
}

/** The place after the first `lines` lines of a piece. */
function positionWithin(piece: LogPiece, lines: number) {
  const position = { ...piece.start, lines: piece.start.lines + lines, inLine: 0 };
  const rest = pieceAfter({ ...piece, start: { ...piece.start, inLine: 0 } }, position)!;
  return { ...position, skip: piece.start.skip + piece.text.length - rest.text.length };
}

/** All lines of a log as the API shows them. */
export async function allLogEvents(logs: Logs, executionId: string): Promise<LogEvent[]> {
  return (await readLogEvents((options) => logs.read(executionId, options), executionId)).events;
}
