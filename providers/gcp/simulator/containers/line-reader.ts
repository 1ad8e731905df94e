import { StringDecoder } from 'node:string_decoder';

/** Beyond it, a line is cut: what is kept in memory of one stream. A LogEntry holds 256 KiB, so it becomes several anyway. */
const longestLine = 16 * 2 ** 20;

/** Turns the bytes of one stream into lines, several at a time. The last one needs no newline. */
export class LineReader {
  readonly #emit: (lines: string[]) => void;
  readonly #decoder = new StringDecoder('utf8');
  /** Pieces of the line that is not complete yet. */
  #carry: string[] = [];
  #carried = 0;

  constructor(emit: (lines: string[]) => void) {
    this.#emit = emit;
  }

  push(bytes: Buffer): void {
    this.#take(this.#decoder.write(bytes));
  }

  end(): void {
    this.#take(this.#decoder.end());
    if (this.#carried > 0) this.#emit([this.#join()]);
  }

  #take(text: string): void {
    const lines = text.split('\n');
    const rest = lines.pop()!;
    if (lines.length > 0) {
      lines[0] = this.#join() + lines[0];
      this.#emit(lines);
    }
    if (rest !== '') {
      this.#carry.push(rest);
      this.#carried += rest.length;
    }
    if (this.#carried > longestLine) this.#emit([this.#join()]);
  }

  #join(): string {
    const line = this.#carry.join('');
    this.#carry = [];
    this.#carried = 0;
    return line;
  }
}
