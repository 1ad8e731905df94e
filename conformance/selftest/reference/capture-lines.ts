import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine, LogStream } from '@runvoy/core/provider';
import type { Masker } from './process-tasks.ts';

const maximumLineBytes = 256 * 1024;

/** Lines of a stream as they come, a batch for each piece of output, until it ends. */
export async function captureLines(
  source: Readable,
  stream: LogStream,
  masker: Masker | undefined,
  keep: (lines: LogLine[]) => Promise<void>,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let carry = '';
  let count = 0;

  const linesOf = (text: string): LogLine[] => {
    const bytes = Buffer.from(text);
    const masked = masker ? masker.mask(bytes) : bytes;
    return cut(masked).map((piece, at, pieces) => ({
      id: `${stream}-${count++}`,
      time: Date.now(),
      stream,
      text: piece.toString(),
      ...(at < pieces.length - 1 && { continues: true }),
    }));
  };

  for await (const chunk of source) {
    const parts = (carry + decoder.write(chunk as Buffer)).split('\n');
    carry = parts.pop()!;
    if (parts.length > 0) await keep(parts.flatMap(linesOf));
  }
  carry += decoder.end();
  if (carry !== '') await keep(linesOf(carry));
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
