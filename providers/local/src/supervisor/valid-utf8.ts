import { isUtf8 } from 'node:buffer';

/** Replaces what is not UTF-8 in a stream of bytes by U+FFFD, wherever the chunks are cut. */
export class ValidUtf8 {
  #held: Buffer = Buffer.alloc(0);

  /** The chunk, with what was held back before and without a character that is not complete yet. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const end = bytes.length - unfinished(bytes);
    this.#held = bytes.subarray(end);
    return repair(bytes.subarray(0, end));
  }

  end(): Buffer {
    return repair(this.#held);
  }
}

const repair = (bytes: Buffer): Buffer => (isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8')));

/** How many bytes at the end begin a character that goes on. */
function unfinished(bytes: Buffer): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0;
  }
  return 0;
}
