import { type LogPiece, splitPiece } from './log-pieces.ts';
import { comparePositions, type LogPosition } from './log-position.ts';

/** The last pieces of a log that were read, as many as fit. */
export class LogWindow {
  readonly #maximumBytes: number;
  #pieces: LogPiece[] = [];
  #bytes = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** Pieces that follow those that are there. The newest stays, however large. */
  add(pieces: readonly LogPiece[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#bytes += piece.text.length;
    }
    this.#dropWhile((_, left) => this.#bytes > this.#maximumBytes && left > 1);
  }

  /** All pieces after a place, or `undefined` when it lies outside. */
  after(position: LogPosition): readonly LogPiece[] | undefined {
    const at = this.#indexOf(position);
    const piece = this.#pieces[at];
    if (!piece) return undefined;
    if (comparePositions(piece.start, position) === 0) return at === 0 ? this.#pieces : this.#pieces.slice(at);
    // Within a line: only who cut it there knows how it goes on.
    if (position.inLine > 0) return undefined;
    const [, rest] = splitPiece(piece, position.lines - piece.start.lines);
    return [rest, ...this.#pieces.slice(at + 1)];
  }

  /** Forgets what lies before a place. */
  trim(position: LogPosition): void {
    this.#dropWhile((piece) => comparePositions(piece.end, position) <= 0);
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }

  #dropWhile(condition: (piece: LogPiece, left: number) => boolean): void {
    let count = 0;
    for (const piece of this.#pieces) {
      if (!condition(piece, this.#pieces.length - count)) break;
      this.#bytes -= piece.text.length;
      count++;
    }
    if (count > 0) this.#pieces = this.#pieces.slice(count);
  }

  /** The piece that holds a place, or -1. */
  #indexOf(position: LogPosition): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (comparePositions(this.#pieces[middle]!.start, position) <= 0) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low];
    const holds = piece && comparePositions(piece.start, position) <= 0 && comparePositions(position, piece.end) < 0;
    return holds ? low : -1;
  }
}
