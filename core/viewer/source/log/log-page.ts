import type { LogStream } from '../../../src/contract/logs.ts';
import type { LogFrame } from '../../../src/sockets/protocol.ts';
import { readTerminalLine } from './terminal-line.ts';
import { isPlain, plain, type TextStyle } from './text-style.ts';
import { textWidth } from './text-width.ts';

export type TextFrame = LogFrame & { text: Uint8Array };

export interface LogRow {
  /** The line's number, counted from 1 over all streams. */
  line: number;
  time: number;
  stream: LogStream;
  /** Goes on with the line of the row before it. */
  continued: boolean;
  /** Bytes, without the newline; absent: they have to be fetched again. */
  text?: Uint8Array;
  /** With which the text begins. */
  style: TextStyle;
}

/** State at the end of what was added last, for what follows. */
export interface StreamState {
  style: TextStyle;
  /** Its last line goes on. */
  unfinished: boolean;
}

const streams = ['stdout', 'stderr', 'system'] as const satisfies readonly LogStream[];
const continuedFlag = 4;
const newline = 0x0a;
const carriageReturn = 0x0d;
const longestRow = 8192;
/** A progress bar in one line stays in one row: its parts overwrite each other. */
const longestOverwrittenRow = 1 << 20;
const decoder = new TextDecoder();

/**
 * Some thousand rows: where they are and how they look, and, as long as there is room, their bytes. Without the bytes a row
 * takes 20 bytes, so that a log of any length can be scrolled, and what comes into view is fetched by `before`.
 */
export class LogPage {
  /** Cursor that the page's bytes follow after; absent: the start of the log. */
  readonly before: string | undefined;
  readonly firstRow: number;
  bytes: Uint8Array<ArrayBuffer> | undefined;
  byteLength = 0;
  rows = 0;
  /** When its bytes were last looked at. */
  used = 0;
  #starts = new Uint32Array(256);
  #lines = new Uint32Array(256);
  #widths = new Uint32Array(256);
  #times = new Float64Array(256);
  #flags = new Uint8Array(256);
  #styles = new Map<number, TextStyle>();

  constructor(before: string | undefined, firstRow: number) {
    this.before = before;
    this.firstRow = firstRow;
    this.bytes = new Uint8Array(1 << 16);
  }

  get firstLine(): number {
    return this.#lines[0] ?? 0;
  }

  /** Adds the lines of a frame; the newline of one that goes on is left out. The first row that is new or has changed. */
  add(frame: TextFrame, state: StreamState): number {
    const text = frame.continues ? frame.text.subarray(0, -1) : frame.text;
    const joins = state.unfinished && this.#extendsLastRow(frame.stream);
    const changed = joins ? this.rows - 1 : this.rows;
    const base = this.#appendBytes(text);
    let start = 0;
    for (let index = 0; index < frame.count; index++) {
      const found = text.indexOf(newline, start);
      const end = found === -1 ? text.length : found;
      const goesOn = index === 0 && state.unfinished;
      if (goesOn && joins) state.style = this.#styles.get(changed) ?? plain;
      else this.#addRow(base + start, frame.first + index, timeAt(frame, index), frame.stream, goesOn);
      this.#finishRows(base + end, state);
      start = end + 1;
    }
    this.byteLength = base + text.length;
    state.unfinished = frame.continues === true;
    return changed;
  }

  row(index: number): LogRow {
    const flags = this.#flags[index]!;
    const row: LogRow = {
      line: this.#lines[index]!,
      time: this.#times[index]!,
      stream: streams[flags & 3]!,
      continued: (flags & continuedFlag) !== 0,
      style: this.#styles.get(index) ?? plain,
    };
    if (this.bytes) row.text = this.bytes.subarray(this.#starts[index]!, this.#endOf(index));
    return row;
  }

  /** Texts of rows, for who looks at many: decoding each for itself takes most of the time. */
  texts(): (index: number) => string {
    const whole = decoder.decode(this.bytes!.subarray(0, this.byteLength));
    // As many characters as bytes: an offset is the same in both.
    if (whole.length === this.byteLength) return (index) => whole.slice(this.#starts[index]!, this.#endOf(index));
    return (index) => decoder.decode(this.bytes!.subarray(this.#starts[index]!, this.#endOf(index)));
  }

  /** Bytes of a row as they were printed, its newline included. */
  exactBytes(index: number): Uint8Array {
    const next = index + 1 < this.rows ? this.#starts[index + 1]! : this.byteLength;
    return this.bytes!.subarray(this.#starts[index]!, next);
  }

  width(index: number): number {
    return this.#widths[index]!;
  }

  /** The row at which a line begins that lies in this page. */
  rowOfLine(line: number): number {
    let low = 0;
    let high = this.rows;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]! < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Nothing is added any more: what is held in reserve is given back. */
  seal(): void {
    this.bytes = this.bytes?.slice(0, this.byteLength);
    this.#starts = this.#starts.slice(0, this.rows);
    this.#lines = this.#lines.slice(0, this.rows);
    this.#widths = this.#widths.slice(0, this.rows);
    this.#times = this.#times.slice(0, this.rows);
    this.#flags = this.#flags.slice(0, this.rows);
  }

  #endOf(index: number): number {
    const next = index + 1 < this.rows ? this.#starts[index + 1]! : this.byteLength;
    return next > this.#starts[index]! && this.bytes![next - 1] === newline ? next - 1 : next;
  }

  #extendsLastRow(stream: LogStream): boolean {
    const last = this.rows - 1;
    if (last < 0 || streams[this.#flags[last]! & 3] !== stream) return false;
    const start = this.#starts[last]!;
    const length = this.byteLength - start;
    if (length < longestRow) return true;
    return length < longestOverwrittenRow && this.bytes!.subarray(start, this.byteLength).includes(carriageReturn);
  }

  #appendBytes(text: Uint8Array): number {
    const base = this.byteLength;
    let bytes = this.bytes!;
    if (base + text.length > bytes.length) {
      const larger = new Uint8Array(Math.max(bytes.length * 2, base + text.length));
      larger.set(bytes);
      bytes = larger;
      this.bytes = larger;
    }
    bytes.set(text, base);
    return base;
  }

  #addRow(start: number, line: number, time: number, stream: LogStream, continued: boolean): void {
    const row = this.rows++;
    if (row === this.#starts.length) this.#grow();
    this.#starts[row] = start;
    this.#lines[row] = line;
    this.#times[row] = time;
    this.#flags[row] = streams.indexOf(stream) | (continued ? continuedFlag : 0);
  }

  /** The last row ends at `end`; one that is too long to be laid out at once becomes several. */
  #finishRows(end: number, state: StreamState): void {
    let start = this.#starts[this.rows - 1]!;
    const whole = end - start <= longestRow || this.bytes!.subarray(start, end).includes(carriageReturn);
    while (!whole && end - start > longestRow) {
      let cut = start + longestRow;
      // Not inside a character.
      while (cut > start + 1 && (this.bytes![cut]! & 0xc0) === 0x80) cut--;
      this.#finishRow(start, cut, state);
      const row = this.rows - 1;
      this.#addRow(cut, this.#lines[row]!, this.#times[row]!, streams[this.#flags[row]! & 3]!, true);
      start = cut;
    }
    this.#finishRow(start, end, state);
  }

  /** Notes the width of the last row and the style that it begins with, and goes on with the one that it ends with. */
  #finishRow(start: number, end: number, state: StreamState): void {
    const row = this.rows - 1;
    const text = this.bytes!.subarray(start, end);
    const simple = isPlain(state.style);
    if (simple && isPrintableAscii(text)) {
      this.#widths[row] = text.length;
      return;
    }
    if (!simple) this.#styles.set(row, state.style);
    const { segments, style } = readTerminalLine(decoder.decode(text), state.style);
    this.#widths[row] = segments.reduce((sum, segment) => sum + textWidth(segment.text), 0);
    state.style = style;
  }

  #grow(): void {
    const larger = <T extends Uint8Array | Uint32Array | Float64Array>(made: T, from: T): T => {
      made.set(from as never);
      return made;
    };
    const length = this.#starts.length * 2;
    this.#starts = larger(new Uint32Array(length), this.#starts);
    this.#lines = larger(new Uint32Array(length), this.#lines);
    this.#widths = larger(new Uint32Array(length), this.#widths);
    this.#times = larger(new Float64Array(length), this.#times);
    this.#flags = larger(new Uint8Array(length), this.#flags);
  }
}

function timeAt({ time }: TextFrame, index: number): number {
  return typeof time === 'number' ? time : (time[index] ?? 0);
}

/** Each byte is a column. */
function isPrintableAscii(text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
