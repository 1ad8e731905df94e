import { describe, expect, test } from 'vitest';
import type { FollowEvent, FollowOptions } from '../../src/client/types.ts';
import type { TextFrame } from '../../viewer/source/log/log-page.ts';
import { compileSearch, LogSearch } from '../../viewer/source/log/log-search.ts';
import { LogStore } from '../../viewer/source/log/log-store.ts';
import { RowHeights } from '../../viewer/source/log/row-heights.ts';
import { ScrollRange } from '../../viewer/source/log/scroll-range.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function frame(first: number, lines: string[], more: Partial<TextFrame> = {}): TextFrame {
  return {
    type: 'log',
    cursor: `after-${first + lines.length - 1}`,
    stream: 'stdout',
    first,
    count: lines.length,
    time: 1000,
    text: encoder.encode(lines.map((line) => `${line}\n`).join('')),
    ...more,
  };
}

/** A server that has the frames, cut anew on each reading, and counts how often it is asked. */
function serverOf(frames: TextFrame[]) {
  let reads = 0;
  async function* read(_id: string, { after }: FollowOptions = {}): AsyncGenerator<FollowEvent> {
    reads++;
    const from = after === undefined ? 0 : frames.findIndex(({ cursor }) => cursor === after) + 1;
    for (const one of frames.slice(from)) yield one;
  }
  return { read, reads: () => reads };
}

const textOf = async (store: LogStore, from: number, to: number) => {
  let text = '';
  for await (const bytes of store.exactBytes(from, to)) text += decoder.decode(bytes, { stream: true });
  return text;
};
const rowTexts = (store: LogStore) =>
  Array.from({ length: store.rows }, (_, row) => decoder.decode(store.row(row).text));

describe('rows', () => {
  test('lines with their numbers, times and streams', () => {
    const store = new LogStore('x', serverOf([]).read);
    store.add(frame(1, ['one', '', 'three'], { time: [1, 2, 3] }));
    store.add(frame(4, ['four'], { stream: 'stderr' }));
    expect(rowTexts(store)).toEqual(['one', '', 'three', 'four']);
    expect(store.row(2)).toMatchObject({ line: 3, time: 3, stream: 'stdout', continued: false });
    expect(store.row(3)).toMatchObject({ line: 4, time: 1000, stream: 'stderr' });
    expect(store.rowOfLine(4)).toBe(3);
    expect(store.rowOfLine(5)).toBeUndefined();
    expect(store.cursor).toBe('after-4');
  });

  test('a line in two frames is one, also when another stream comes between', async () => {
    const store = new LogStore('x', serverOf([]).read);
    store.add(frame(1, ['abc'], { continues: true }));
    store.add(frame(1, ['def', 'next']));
    expect(rowTexts(store)).toEqual(['abcdef', 'next']);
    store.add(frame(3, ['begin-'], { continues: true }));
    store.add(frame(4, ['other'], { stream: 'stderr' }));
    store.add(frame(3, ['end']));
    expect(rowTexts(store).slice(2)).toEqual(['begin-', 'other', 'end']);
    expect(store.row(4)).toMatchObject({ line: 3, continued: true });
    expect(await textOf(store, 0, store.rows - 1)).toBe('abcdef\nnext\nbegin-other\nend\n');
  });

  test('a very long line becomes several rows, cut between characters; a progress bar stays one', async () => {
    const store = new LogStore('x', serverOf([]).read);
    const long = 'ä'.repeat(10_001);
    store.add(frame(1, [long, 'short']));
    expect(store.rows).toBe(4);
    expect(rowTexts(store).slice(0, 3).join('')).toBe(long);
    expect(store.row(1)).toMatchObject({ line: 1, continued: true });
    const bar = Array.from({ length: 5000 }, (_, step) => `\r${step} of 5000`).join('');
    store.add(frame(3, [bar]));
    expect(store.rows).toBe(5);
    expect(store.widest).toBeGreaterThan(4000);
  });

  test('colours go on in the next line of the same stream', () => {
    const store = new LogStore('x', serverOf([]).read);
    store.add(frame(1, ['\x1b[31mred', 'still red']));
    store.add(frame(3, ['plain'], { stream: 'stderr' }));
    store.add(frame(4, ['red\x1b[0m', 'plain again']));
    expect([0, 1, 2, 3, 4].map((row) => store.row(row).style.foreground)).toEqual([
      undefined,
      1,
      undefined,
      1,
      undefined,
    ]);
  });
});

describe('a log that is larger than what is kept', () => {
  const line = 'x'.repeat(1000);
  const frames = Array.from({ length: 1000 }, (_, index) =>
    frame(
      index * 60 + 1,
      Array.from({ length: 60 }, (_, at) => `${index * 60 + at + 1} ${line}`),
    ),
  );

  test('lets go of text, fetches it again where it is looked at, and is byte for byte the same', async () => {
    const { read, reads } = serverOf(frames);
    const store = new LogStore('x', read);
    for (const one of frames) store.add(one);
    const held = () => store.pages.filter(({ bytes }) => bytes).length;
    expect(store.rows).toBe(60_000);
    expect(held()).toBeLessThan(store.pages.length / 2);
    expect(store.row(0).text).toBeUndefined();
    await store.ensure(0, 1);
    expect(decoder.decode(store.row(0).text)).toBe(`1 ${line}`);
    expect(decoder.decode(store.row(store.pages[1]!.firstRow).text)).toContain(line);
    expect(reads()).toBe(1);
    const middle = await textOf(store, 30_000, 30_999);
    expect(middle).toBe(Array.from({ length: 1000 }, (_, at) => `${30_001 + at} ${line}\n`).join(''));
    expect(held()).toBeLessThan(store.pages.length / 2);
  });

  test('is searched to its end', async () => {
    const store = new LogStore('x', serverOf(frames).read);
    for (const one of frames) store.add(one);
    const pattern = compileSearch({ text: '59999 X', matchCase: false, regularExpression: false });
    const rows = await new Promise<number[]>((resolve, reject) => {
      const search = new LogSearch(store, pattern as RegExp, {
        onProgress: () => search.complete && resolve(search.rows),
        onFailure: reject,
      });
    });
    expect(rows).toEqual([59_998]);
  });
});

describe('search', () => {
  const find = (lines: string[], options: { text: string; matchCase?: boolean; regularExpression?: boolean }) => {
    const store = new LogStore('x', serverOf([]).read);
    store.add(frame(1, lines));
    const pattern = compileSearch({ matchCase: false, regularExpression: false, ...options }) as RegExp;
    return new Promise<{ rows: number[]; matches: number }>((resolve, reject) => {
      const search = new LogSearch(store, pattern, {
        onProgress: () => search.complete && resolve({ rows: search.rows, matches: search.matches }),
        onFailure: reject,
      });
    });
  };

  test('counts lines and matches, in what is seen', async () => {
    expect(await find(['Error', 'no', 'an \x1b[31mer\x1b[0mror, an ERROR'], { text: 'error' })).toEqual({
      rows: [0, 2],
      matches: 3,
    });
    expect(await find(['Error', 'error'], { text: 'error', matchCase: true })).toEqual({ rows: [1], matches: 1 });
    expect(await find(['a.b', 'aXb'], { text: 'a.b' })).toEqual({ rows: [0], matches: 1 });
    expect(await find(['a.b', 'aXb'], { text: 'a.b', regularExpression: true })).toEqual({ rows: [0, 1], matches: 2 });
    expect(await find(['a'], { text: 'x*', regularExpression: true })).toEqual({ rows: [], matches: 0 });
  });

  test('says what is wrong with an expression', () => {
    expect(compileSearch({ text: '(', matchCase: false, regularExpression: true })).toMatch(/group|Unterminated/i);
  });
});

describe('heights', () => {
  test('rows and units are found both ways, wrapped or not, as the log grows', () => {
    const store = new LogStore('x', serverOf([]).read);
    const heights = new RowHeights(store);
    const lengths: number[] = [];
    for (let index = 0; index < 40; index++) {
      const lines = Array.from({ length: 500 }, (_, at) => 'y'.repeat(((index * 500 + at) * 7919) % 300));
      lengths.push(...lines.map(({ length }) => length));
      store.add(frame(index * 500 + 1, lines));
      heights.wrapAt(index % 2 === 0 ? 80 : 0);
      heights.total();
    }
    heights.wrapAt(80);
    const units = lengths.map((length) => Math.max(1, Math.ceil(length / 80)));
    const total = units.reduce((sum, one) => sum + one, 0);
    expect(heights.total()).toBe(total);
    let unit = 0;
    for (let row = 0; row < units.length; row++) {
      if (row % 97 === 0) {
        expect(heights.unitOf(row)).toBe(unit);
        expect(heights.rowAt(unit)).toEqual({ row, into: 0 });
        expect(heights.rowAt(unit + units[row]! - 0.5)).toEqual({ row, into: units[row]! - 0.5 });
      }
      unit += units[row]!;
    }
    heights.wrapAt(0);
    expect(heights.total()).toBe(store.rows);
    expect(heights.rowAt(12.5)).toEqual({ row: 12, into: 0.5 });
  });
});

describe('scroll range', () => {
  test('is exact where an element can be that high, and scaled beyond', () => {
    const range = new ScrollRange();
    range.resize(10_000, 500);
    range.moveToScrollTop(4000);
    expect([range.scaled, range.top, range.scrollTop, range.height]).toEqual([false, 4000, 4000, 10_000]);
    range.moveTo(1e9);
    expect([range.top, range.atEnd]).toEqual([9500, true]);
    range.resize(20_000_000, 500);
    expect(range.scaled).toBe(true);
    range.moveToScrollTop(range.height - 500);
    expect(range.top).toBe(19_999_500);
    range.moveToScrollTop(0);
    expect(range.top).toBe(0);
    range.moveTo(10_000_000);
    const before = range.top;
    range.moveToScrollTop(range.scrollTop);
    expect(range.top).toBeCloseTo(before, 3);
  });
});
