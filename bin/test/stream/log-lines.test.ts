import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/stream/frames.ts';
import { lastLines, linesSince, timeOf } from '../../src/stream/log-lines.ts';
import { createTail } from '../../src/stream/tail.ts';

function event(lines: readonly string[], time: number | number[] = 0, first = 1): LogEvent {
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return { type: 'log', cursor: 'c', stream: 'stdout', first, count: lines.length, time, text };
}
const textOf = (part: LogEvent | undefined) => part && Buffer.from(part.text).toString();

describe('lastLines', () => {
  it('keeps whole lines, their times and their numbers', () => {
    const part = lastLines(event(['a', '', 'é'], [1, 2, 3], 10), 2);
    expect(textOf(part)).toBe('\né\n');
    expect(part).toMatchObject({ first: 11, count: 2, time: [2, 3] });
  });
});

describe('linesSince', () => {
  it('leaves out what is older, wherever it stands', () => {
    expect(textOf(linesSince(event(['a', 'b', 'c'], [5, 1, 6]), 5))).toBe('a\nc\n');
    expect(linesSince(event(['a'], 4), 5)).toBeUndefined();
  });

  it('forgets that the last line goes on when that line is left out', () => {
    expect(linesSince({ ...event(['a', 'b'], [5, 1]), continues: true }, 5)).not.toHaveProperty('continues');
    expect(linesSince({ ...event(['a', 'b'], [1, 5]), continues: true }, 5)).toHaveProperty('continues', true);
  });
});

describe('createTail', () => {
  it('gives the last lines, however they were framed', () => {
    const line = fc.string().map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(fc.array(line, { minLength: 1 })), fc.nat(20), (frames, count) => {
        const tail = createTail(count);
        for (const lines of frames)
          tail.log(
            event(
              lines,
              lines.map((_, index) => index),
            ),
          );
        const shown = tail.events();
        const all = frames.flat();
        expect(shown.map(textOf).join('')).toBe(
          all
            .slice(Math.max(0, all.length - count))
            .map((text) => `${Buffer.from(text)}\n`)
            .join(''),
        );
        for (const part of shown) expect(timeOf(part, part.count - 1)).toBeTypeOf('number');
      }),
    );
  });
});
