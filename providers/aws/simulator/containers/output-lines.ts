import type { Readable } from 'node:stream';
import type { OutputLine } from './container.ts';

const newline = 0x0a;

/** Cuts a stream into lines by bytes, so that no character is cut in two but by the length limit. Resolves at the end. */
export async function readLines(
  source: Readable,
  stream: OutputLine['stream'],
  maximumBytes: number,
  onLine: (line: OutputLine) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  const emit = (bytes: Buffer) => onLine({ stream, text: bytes.toString('utf8'), time: Date.now() });
  const emitLong = (bytes: Buffer): Buffer => {
    let start = 0;
    while (bytes.length - start > maximumBytes) {
      const end = beforeCharacter(bytes, start + maximumBytes);
      emit(bytes.subarray(start, end));
      start = end;
    }
    return bytes.subarray(start);
  };
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        emit(emitLong(bytes.subarray(start, end)));
        start = end + 1;
      }
      rest = emitLong(bytes.subarray(start));
    }
  } catch {
    // A stream that was destroyed under us is at its end.
  }
  if (rest.length > 0) emit(rest);
}

/** The last position up to `at` where a character begins. */
function beforeCharacter(bytes: Buffer, at: number): number {
  let position = at;
  while (position > at - 4 && (bytes[position]! & 0xc0) === 0x80) position--;
  return position;
}
