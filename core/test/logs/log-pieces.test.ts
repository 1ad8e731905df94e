import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLines, type LogPiece, piecesOf, splitPiece } from '../../src/logs/log-pieces.ts';
import { comparePositions, decodeCursor, encodeCursor, logStart } from '../../src/logs/log-position.ts';
import type { LogChunk, LogStream } from '../../src/provider.ts';

interface Line {
  stream: LogStream;
  time: number;
  text: string;
}

const line: fc.Arbitrary<Line> = fc.record({
  stream: fc.constantFrom<LogStream>('stdout', 'stderr'),
  time: fc.integer({ min: 1, max: 3 }),
  text: fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll('\n', '')),
});

/** Chunks of up to `size` lines of a stream; how a provider cuts is its own affair. */
function chunksOf(lines: Line[], size: number): LogChunk[] {
  const chunks: LogChunk[] = [];
  for (let at = 0; at < lines.length; ) {
    const { stream } = lines[at]!;
    let end = at + 1;
    while (end < lines.length && end - at < size && lines[end]!.stream === stream) end++;
    const part = lines.slice(at, end);
    chunks.push({
      cursor: `c${end}`,
      stream,
      time: new Set(part.map(({ time }) => time)).size === 1 ? part[0]!.time : part.map(({ time }) => time),
      count: part.length,
      text: Buffer.from(part.map(({ text }) => `${text}\n`).join('')),
    });
    at = end;
  }
  return chunks;
}

/** What is left to read after a provider's cursor, cut anew. */
const pageAfter = (lines: Line[], cursor: string | undefined, size: number) => {
  const from = cursor === undefined ? 0 : Number(cursor.slice(1));
  const chunks = chunksOf(lines.slice(from), size).map((chunk) => ({
    ...chunk,
    cursor: `c${from + Number(chunk.cursor.slice(1))}`,
  }));
  return { chunks, cursor: `c${lines.length}`, ended: true };
};

const printed = (pieces: readonly LogPiece[]): string =>
  pieces.map(({ text, continues }) => Buffer.from(continues ? text.subarray(0, -1) : text).toString()).join('');

const times = (pieces: readonly LogPiece[]): number[] =>
  pieces.flatMap(({ time, count, continues }) =>
    (typeof time === 'number' ? Array<number>(count).fill(time) : [...time]).slice(0, continues ? count - 1 : count),
  );

describe('piecesOf', () => {
  test('property: keeps every line and its time, numbers them without a gap, and stays below the size', () => {
    fc.assert(
      fc.property(
        fc.array(line),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 40, max: 200 }),
        (lines, size, bytes) => {
          const { pieces, end } = piecesOf(pageAfter(lines, undefined, size), logStart, bytes);
          expect(printed(pieces)).toBe(lines.map(({ text }) => `${text}\n`).join(''));
          expect(times(pieces)).toEqual(lines.map(({ time }) => time));
          let before = logStart;
          for (const piece of pieces) {
            expect(comparePositions(piece.start, before)).toBe(0);
            expect(comparePositions(piece.end, piece.start)).toBeGreaterThan(0);
            expect(piece.text.at(-1)).toBe(10);
            expect(countLines(piece.text)).toBe(piece.count);
            const timeBytes = typeof piece.time === 'number' ? 0 : 14 * piece.count;
            expect(piece.text.length + timeBytes).toBeLessThanOrEqual(bytes);
            before = piece.end;
          }
          expect(before).toEqual(end);
          expect(before.lines).toBe(lines.length);
        },
      ),
    );
  });

  test('property: resuming at any piece gives the rest, however the provider cuts then', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
        fc.tuple(fc.integer({ min: 40, max: 200 }), fc.integer({ min: 40, max: 200 })),
        (lines, sizes, bytes) => {
          const whole = piecesOf(pageAfter(lines, undefined, sizes[0]), logStart, bytes[0]).pieces;
          for (const [index, { end }] of whole.entries()) {
            const position = decodeCursor('id', encodeCursor('id', end));
            expect(position).toEqual(end);
            const rest = piecesOf(pageAfter(lines, position.cursor, sizes[1]), position, bytes[1]).pieces;
            expect(printed(rest)).toBe(printed(whole.slice(index + 1)));
            expect(rest.at(-1)?.end.lines ?? position.lines).toBe(lines.length);
          }
        },
      ),
    );
  });
});

test('property: splitPiece loses nothing, and its parts know where they are', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), fc.nat(), (lines, at) => {
      const page = pageAfter(
        lines.map((one) => ({ ...one, stream: 'stdout' as const })),
        undefined,
        lines.length,
      );
      const [piece] = piecesOf(page, logStart).pieces;
      const split = at % lines.length;
      const [before, after] = splitPiece(piece!, split);
      expect(printed([before, after])).toBe(printed([piece!]));
      expect(times([before, after])).toEqual(times([piece!]));
      expect([before, after].map(({ text }) => countLines(text))).toEqual([split, lines.length - split]);
      expect([before.count, after.count]).toEqual([split, lines.length - split]);
      expect(after.start).toEqual(before.end);
      expect(printed(piecesOf(page, after.start).pieces)).toBe(printed([after]));
    }),
  );
});

test.each([
  '',
  'x',
  '1.0.0.c1',
  '00000000.1.0.0.c1',
  `${encodeCursor('id', { lines: 1, inLine: 0, skip: 0, cursor: 'c1' })}0`,
])('refuses the cursor %j', (text) => {
  expect(() => decodeCursor('id', text)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', field: 'after' }));
});

test('refuses a cursor of another execution', () => {
  const cursor = encodeCursor('one', { lines: 1, inLine: 0, skip: 0, cursor: 'c1' });
  expect(() => decodeCursor('two', cursor)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});
