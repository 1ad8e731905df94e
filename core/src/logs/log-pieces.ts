import type { LogChunk, LogPage, LogStream } from '../contract/logs.ts';
import type { LogPosition } from './log-position.ts';

/** Consecutive lines of one stream, small enough for a frame, with the places before and after them. */
export interface LogPiece {
  start: LogPosition;
  end: LogPosition;
  stream: LogStream;
  time: number | readonly number[];
  count: number;
  /** UTF-8; every line, the last too, ends with `\n`. */
  text: Uint8Array;
  /** The last line goes on in the next piece of this stream. */
  continues: boolean;
}

const newline = 0x0a;
/** What a time adds to a frame: 13 digits and a comma. */
const bytesPerTime = 14;

/**
 * The lines of a page that come after `from` (the place that the page was read after), in pieces of at most `maximumBytes`
 * including their times. A line longer than that is cut, at the border of a character. `end` is the place after all of them;
 * a page may be used up without a piece, when `from` lies beyond it.
 */
export function piecesOf(
  page: LogPage,
  from: LogPosition,
  maximumBytes = Number.POSITIVE_INFINITY,
): { pieces: LogPiece[]; end: LogPosition } {
  const pieces: LogPiece[] = [];
  let end = from;
  for (const chunk of page.chunks) {
    if (end.skip > 0 && end.skip >= chunk.text.length) {
      end = { ...end, cursor: chunk.cursor, skip: end.skip - chunk.text.length };
    } else {
      end = cutChunk(chunk, end, maximumBytes, pieces);
    }
  }
  return { pieces, end };
}

function cutChunk(chunk: LogChunk, from: LogPosition, maximumBytes: number, pieces: LogPiece[]): LogPosition {
  let start = from;
  let count = from.skip > 0 ? countLines(chunk.text, from.skip) : chunk.count;
  do {
    const piece = cutPiece(chunk, start, count, maximumBytes);
    pieces.push(piece);
    count -= piece.end.lines - start.lines;
    start = piece.end;
  } while (start.skip > 0);
  return start;
}

/** `count`: lines of the chunk after `start`. */
function cutPiece(chunk: LogChunk, start: LogPosition, count: number, maximumBytes: number): LogPiece {
  const { text, time, stream } = chunk;
  const timed = typeof time !== 'number';
  const firstTime = timed ? time.length - count : 0;
  const whole = text.length - start.skip + (timed ? count * bytesPerTime : 0) <= maximumBytes;
  if (whole) {
    return {
      start,
      end: { lines: start.lines + count, inLine: 0, cursor: chunk.cursor, skip: 0 },
      stream,
      time: timed && firstTime > 0 ? time.slice(firstTime) : time,
      count,
      text: start.skip > 0 ? text.subarray(start.skip) : text,
      continues: chunk.continues === true,
    };
  }
  const [lines, bytes] = fittingLines(text, start.skip, maximumBytes, timed ? bytesPerTime : 0);
  if (lines > 0) {
    const skip = start.skip + bytes;
    const last = skip === text.length;
    return {
      start,
      end: {
        ...start,
        lines: start.lines + lines,
        inLine: 0,
        ...(last ? { cursor: chunk.cursor, skip: 0 } : { skip }),
      },
      stream,
      time: timed ? time.slice(firstTime, firstTime + lines) : time,
      count: lines,
      text: text.subarray(start.skip, skip),
      continues: last && chunk.continues === true,
    };
  }
  const length = cutBefore(text, start.skip, Math.max(8, maximumBytes - 1 - bytesPerTime));
  const part = new Uint8Array(length + 1);
  part.set(text.subarray(start.skip, start.skip + length));
  part[length] = newline;
  return {
    start,
    end: { ...start, inLine: start.inLine + length, skip: start.skip + length },
    stream,
    time: timed ? time[firstTime]! : time,
    count: 1,
    text: part,
    continues: true,
  };
}

/** How many whole lines from `from` on fit, and their bytes. */
function fittingLines(text: Uint8Array, from: number, maximumBytes: number, perLine: number): [number, number] {
  let lines = 0;
  let bytes = 0;
  const end = Math.min(text.length, from + maximumBytes);
  for (let at = from; at < end; at++) {
    if (text[at] !== newline) continue;
    if (at + 1 - from + (lines + 1) * perLine > maximumBytes) break;
    lines++;
    bytes = at + 1 - from;
  }
  return [lines, bytes];
}

/** The most bytes from `from` on, at most `length`, that do not end inside a character. */
function cutBefore(text: Uint8Array, from: number, length: number): number {
  let at = from + length;
  while (at > from + 1 && (text[at]! & 0xc0) === 0x80) at--;
  return at - from;
}

export function countLines(text: Uint8Array, from = 0): number {
  let lines = 0;
  for (let at = from; at < text.length; at++) if (text[at] === newline) lines++;
  return lines;
}

/** The first `lines` lines of a piece, and those after them. */
export function splitPiece(piece: LogPiece, lines: number): [LogPiece, LogPiece] {
  const { start, text, time } = piece;
  let offset = 0;
  for (let line = 0; line < lines; line++) offset = text.indexOf(newline, offset) + 1;
  const middle: LogPosition = { ...start, lines: start.lines + lines, inLine: 0, skip: start.skip + offset };
  const [before, after] = typeof time === 'number' ? [time, time] : [time.slice(0, lines), time.slice(lines)];
  return [
    { ...piece, end: middle, count: lines, time: before, text: text.subarray(0, offset), continues: false },
    { ...piece, start: middle, count: piece.count - lines, time: after, text: text.subarray(offset) },
  ];
}
