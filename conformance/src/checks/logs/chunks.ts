import type { LogChunk } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { line, numbered, readChunks, readPages } from '../support/log-text.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.chunk.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

async function mixed({ provider: { logs } }: World): Promise<LogChunk[]> {
  const streams = ['stdout', 'stdout', 'stderr', 'system', 'system', 'stdout', 'stderr'] as const;
  await logs.append(
    'e',
    streams.map((stream, n) => line(`id-${n}`, `${stream} ${n}`, { stream, time: 1000 + n })),
  );
  return readChunks(logs, 'e');
}

export const chunkChecks: readonly Check[] = [
  check(
    'stream',
    'A chunk holds lines of one stream, and the order of lines is kept across streams.',
    'Errors would be printed to standard output, or far from where they happened.',
    async (world) => {
      const chunks = await mixed(world);
      const lines = chunks.flatMap(({ stream, text }) =>
        Buffer.from(text)
          .toString()
          .split('\n')
          .slice(0, -1)
          .map((it) => `${stream}: ${it}`),
      );
      const expected = ['stdout 0', 'stdout 1', 'stderr 2', 'system 3', 'system 4', 'stdout 5', 'stderr 6'];
      deepEqual(
        lines,
        expected.map((text) => `${text.split(' ')[0]}: ${text}`),
        'the lines with the streams of their chunks',
      );
    },
  ),
  check(
    'count',
    'count is the number of lines of a chunk, each of which ends with a newline, the last one too.',
    'Viewers would number lines wrongly and glue chunks together.',
    async (world) => {
      for (const { count, text } of await mixed(world)) {
        ok(count > 0, 'a chunk has lines');
        equal(text.at(-1), 10, 'the last byte of a chunk');
        equal(text.filter((byte) => byte === 10).length, count, 'newlines in a chunk, beside its count');
      }
    },
  ),
  check(
    'bytes',
    'The text of a chunk is bytes.',
    'Viewers would get objects, numbers or wrong characters instead of output.',
    async (world) => {
      for (const { text } of await mixed(world)) ok(text instanceof Uint8Array, 'text is a Uint8Array');
    },
  ),
  check(
    'time',
    'The time of a chunk is that of all its lines, or a list with the time of each.',
    'Logs would show when lines were stored instead of when they were printed.',
    async ({ provider: { logs } }) => {
      const times = [5, 5, 7, 7, 1_700_000_000_001, 6];
      await logs.append(
        'e',
        times.map((time, n) => line(`id-${n}`, '', { time })),
      );
      const seen = (await readChunks(logs, 'e')).flatMap(({ time, count }) =>
        typeof time === 'number' ? Array<number>(count).fill(time) : [...time],
      );
      deepEqual(seen, times, 'the times of the lines');
    },
  ),
  check(
    'equal-times',
    'Lines with equal times stay in the order of their arrival, and are all kept.',
    'Lines printed in the same millisecond would change places or be lost.',
    async ({ provider: { logs } }) => {
      for (let n = 0; n < 20; n++) await logs.append('e', [line(`id-${(n * 7) % 20}`, `${n}`, { time: 5 })]);
      const texts = (await readChunks(logs, 'e')).map(({ text }) => Buffer.from(text).toString()).join('');
      deepEqual(texts, Array.from({ length: 20 }, (_, n) => `${n}\n`).join(''), 'the text');
    },
  ),
  check(
    'cursor-form',
    'A cursor is printable ASCII without spaces.',
    'A viewer could not resume: the cursor travels in a URL.',
    async ({ provider: { logs } }) => {
      await logs.append('e', numbered(3));
      const pages = await readPages(logs, 'e');
      for (const { cursor, chunks } of pages)
        for (const it of [cursor, ...chunks.map((chunk) => chunk.cursor)])
          ok(/^[\x21-\x7e]+$/.test(it), `the cursor ${it}`);
    },
  ),
  check(
    'page-size',
    'A page has about maximumBytes, and at least one chunk if there is any.',
    'Reading a large log would fill the memory of the server, or never get on.',
    async ({ provider: { logs } }) => {
      for (let n = 0; n < 40; n++) await logs.append('e', [line(`id-${n}`, 'x'.repeat(10_000))]);
      const sizes = (await readPages(logs, 'e', { maximumBytes: 100_000 })).map(({ chunks }) =>
        chunks.reduce((sum, { text }) => sum + text.length, 0),
      );
      equal(
        sizes.reduce((sum, size) => sum + size, 0),
        40 * 10_001,
        'bytes on all pages',
      );
      ok(Math.max(...sizes) <= 400_000, `pages of about 100,000 bytes: the largest has ${Math.max(...sizes)}`);
      const tiny = await logs.read('e', { maximumBytes: 1 });
      ok(tiny.chunks.length > 0, 'a page of at most one byte has a chunk all the same');
    },
  ),
];
