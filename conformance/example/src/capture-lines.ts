import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine, LogStream } from '@runvoy/core/provider';

export interface Masker {
  mask(block: Buffer): Buffer;
}

const maximumLineBytes = 256 * 1024;

/** Lines of a stream as they come, some at a time, until it ends. Bytes that are not UTF-8 become U+FFFD. */
export async function captureLines(
  source: Readable,
  stream: LogStream,
  masker: Masker | undefined,
  keep: (lines: LogLine[]) => Promise<void>,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  /** The beginning of a line whose end has not come. */
  let carry: string[] = [];
  let count = 0;

  const linesOf = (line: string): LogLine[] => {
    const bytes = Buffer.from(line);
    const pieces = cut(masker ? masker.mask(bytes) : bytes);
    return pieces.map((piece, at) => ({
      id: `${stream}-${count++}`,
      time: Date.now(),
      stream,
      text: piece.toString(),
      ...(at < pieces.length - 1 && { continues: true }),
    }));
  };

  for await (const bytes of source) {
    const [first = '', ...others] = decoder.write(bytes as Buffer).split('\n');
    carry.push(first);
    if (others.length === 0) continue;
    const complete = [carry.join(''), ...others.slice(0, -1)];
    carry = others.slice(-1);
    await keep(complete.flatMap(linesOf));
  }
  const last = carry.join('') + decoder.end();
  if (last !== '') await keep(linesOf(last));
}

/** Pieces of at most 256 KiB, cut between characters. */
function cut(line: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let rest = line;
  while (rest.length > maximumLineBytes) {
    let end = maximumLineBytes;
    while ((rest[end]! & 0xc0) === 0x80) end--;
    pieces.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return [...pieces, rest];
}
