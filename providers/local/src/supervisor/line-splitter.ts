import { ValidUtf8 } from './valid-utf8.ts';

/** The longest line; what is longer is cut, and marked as going on. */
export const maximumLineBytes = 256 * 1024;
const largestChunk = 64 * 1024;
const newline = 0x0a;
const lineEnd = Buffer.from('\n');

export interface Masking {
  mask(block: Buffer): Buffer;
  /** Bytes of the longest text that `mask` may replace. */
  longest: number;
}

/** `block` is `count` complete lines; `continues`: the last one is a piece of a longer line. */
export type Emit = (block: Buffer, count: number, continues: boolean) => void;

/**
 * Turns the bytes of one stream into blocks of complete, masked lines of UTF-8. It handles blocks, not lines: a million lines
 * cost a few passes over the bytes.
 */
export class LineSplitter {
  readonly #emit: Emit;
  readonly #masking: Masking | undefined;
  readonly #utf8 = new ValidUtf8();
  /** The last, unfinished line. */
  #carry: Buffer[] = [];
  #carried = 0;

  constructor(emit: Emit, masking?: Masking) {
    this.#emit = emit;
    this.#masking = masking;
  }

  push(bytes: Buffer): void {
    for (let start = 0; start < bytes.length; start += largestChunk) {
      this.#split(this.#utf8.push(bytes.subarray(start, start + largestChunk)));
    }
  }

  /** The stream is over: a last line without a newline is a line too. */
  end(): void {
    this.#keep(this.#utf8.end());
    if (this.#carried > 0) this.#emitLine(Buffer.concat([...this.#takeCarry(), lineEnd]));
  }

  #split(chunk: Buffer): void {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.#keep(chunk);
      return;
    }
    const first = chunk.indexOf(newline) + 1;
    if (this.#carried + first > maximumLineBytes) {
      this.#emitLine(Buffer.concat([...this.#takeCarry(), chunk.subarray(0, first)]));
      this.#emitBlock(chunk.subarray(first, end));
    } else {
      const complete = chunk.subarray(0, end);
      this.#emitBlock(this.#carried === 0 ? complete : Buffer.concat([...this.#takeCarry(), complete]));
    }
    this.#keep(chunk.subarray(end));
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#carry.push(piece);
    this.#carried += piece.length;
    // A secret may be cut by the end of what is here, so as much as the longest is always left behind.
    const reserve = this.#masking?.longest ?? 0;
    if (this.#carried <= maximumLineBytes + reserve) return;
    let line = this.#mask(Buffer.concat([...this.#takeCarry(), lineEnd])).subarray(0, -1);
    while (line.length > maximumLineBytes + reserve) line = this.#emitPiece(line);
    this.#carry = [line];
    this.#carried = line.length;
  }

  /** One complete line of any length. */
  #emitLine(complete: Buffer): void {
    let line = this.#mask(complete);
    while (line.length - 1 > maximumLineBytes) line = this.#emitPiece(line);
    this.#emit(line, 1, false);
  }

  /** Emits the beginning of a long line, and returns the rest. */
  #emitPiece(line: Buffer): Buffer {
    let end = maximumLineBytes;
    while ((line[end]! & 0xc0) === 0x80) end--;
    this.#emit(Buffer.concat([line.subarray(0, end), lineEnd]), 1, true);
    return line.subarray(end);
  }

  #emitBlock(block: Buffer): void {
    if (block.length === 0) return;
    const masked = this.#mask(block);
    this.#emit(masked, countNewlines(masked), false);
  }

  #mask(block: Buffer): Buffer {
    return this.#masking ? this.#masking.mask(block) : block;
  }

  #takeCarry(): Buffer[] {
    const carry = this.#carry;
    this.#carry = [];
    this.#carried = 0;
    return carry;
  }
}

/** A plain loop: a call of `indexOf` a line would be ten times slower. */
function countNewlines(block: Buffer): number {
  let count = 0;
  for (let i = 0; i < block.length; i++) if (block[i] === newline) count++;
  return count;
}
