import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { line, numbered, readChunks, readPages, readTexts, textsOf } from '../support/log-text.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.cursor.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

export const cursorChecks: readonly Check[] = [
  check(
    'every-chunk',
    'From the cursor of every chunk the rest follows: no line is skipped and none repeated.',
    'A viewer that reconnects would miss lines or see them twice.',
    async ({ provider: { logs } }) => {
      const lines = numbered(60).map((it, n) => ({
        ...it,
        stream: n % 5 === 0 ? ('stderr' as const) : ('stdout' as const),
      }));
      for (let n = 0; n < 60; n += 6) await logs.append('e', lines.slice(n, n + 6));
      const all = lines.map(({ text }) => text);
      const chunks = await readChunks(logs, 'e');
      let seen = 0;
      for (const { cursor, count } of chunks) {
        seen += count;
        deepEqual(await readTexts(logs, 'e', cursor), all.slice(seen), `the lines after the first ${seen}`);
      }
      equal(seen, 60, 'lines in all chunks');
    },
  ),
  check(
    'small-pages',
    'Pages of any size, followed by their cursors, give the same lines.',
    'What a log holds would depend on how it is read.',
    async ({ provider: { logs } }) => {
      for (let n = 0; n < 10; n++) await logs.append('e', numbered(20, `${'x'.repeat(n * 50)} ${n} `));
      const all = await readTexts(logs, 'e');
      equal(all.length, 200, 'lines in the log');
      for (const maximumBytes of [1, 1000, 5000, 100_000]) {
        const pages = await readPages(logs, 'e', { maximumBytes });
        deepEqual(textsOf(pages.flatMap(({ chunks }) => chunks)), all, `the lines, by pages of ${maximumBytes} bytes`);
      }
    },
  ),
  check(
    'writes-between',
    'Following the cursors while others append gives every line exactly once.',
    'A viewer of a running command would lose lines.',
    async (world) => {
      const { logs } = world.provider;
      const writer = (await world.open()).logs;
      const seen: string[] = [];
      let after: string | undefined;
      for (let n = 0; n < 30; n++) {
        const appends = [numbered(3, `a${n}-`), numbered(2, `b${n}-`)].map((lines) => writer.append('e', lines));
        const page = await logs.read('e', after === undefined ? {} : { after });
        seen.push(...textsOf(page.chunks));
        after = page.cursor;
        await Promise.all(appends);
      }
      seen.push(...(await readTexts(logs, 'e', after)));
      deepEqual(seen, await readTexts(logs, 'e'), 'the lines as they were followed');
      equal(new Set(seen).size, 150, 'different lines');
    },
  ),
  check(
    'empty-page',
    'The cursor of an empty page gives what comes after it, also from a log that is not there yet.',
    'Lines that come after the first look would never be seen.',
    async ({ provider: { logs } }) => {
      const none = await logs.read('e');
      deepEqual(none.chunks, [], 'the chunks of a log that is not there yet');
      equal(none.ended, false, 'whether it has ended');
      await logs.append('e', [line('1', 'one')]);
      deepEqual(await readTexts(logs, 'e', none.cursor), ['one'], 'the lines after the cursor of the empty page');
      const first = await logs.read('e');
      const end = await logs.read('e', { after: first.cursor });
      equal(end.cursor, first.cursor, 'the cursor of an empty page, beside the one that was asked with');
    },
  ),
  check(
    'lasting',
    'A cursor stays valid for as long as the log exists, on every connection, after more lines and after the end.',
    'Coming back to a run the next day would fail.',
    async (world) => {
      const { logs } = world.provider;
      await logs.append('e', numbered(5));
      const { cursor } = await logs.read('e');
      for (let n = 0; n < 20; n++) await logs.append('e', numbered(5, `more ${n} `));
      await logs.append('e', [], { end: true });
      world.clock.advance(365 * 24 * 60 * 60_000);
      const texts = await readTexts((await world.open()).logs, 'e', cursor);
      equal(texts.length, 100, 'lines after the cursor');
      equal(texts[0], 'more 0 line 0'.replace('line ', ''), 'the first of them');
    },
  ),
  check(
    'foreign',
    'A cursor of another execution, or none at all, is refused with INVALID_REQUEST or gives lines of the asked log only.',
    'A wrong cursor would show the output of somebody else, or be a server error.',
    async ({ provider: { logs } }) => {
      await logs.append('other', numbered(10, 'other '));
      await logs.append('e', numbered(5, 'own '));
      const foreign = (await readChunks(logs, 'other')).map(({ cursor }) => cursor);
      for (const after of [
        ...foreign,
        'x',
        '0',
        '-1',
        '999999999',
        '../x',
        '%00',
        'a:b:c',
        'null',
        '9'.repeat(400),
        '{}',
      ]) {
        const outcome = await readTexts(logs, 'e', after).catch((error: unknown) => error);
        if (Array.isArray(outcome))
          ok(
            outcome.every((text) => text.startsWith('own ')),
            `lines of the asked log after ${after}`,
          );
        else
          ok(
            isRunvoyError(outcome, 'INVALID_REQUEST'),
            `INVALID_REQUEST for the cursor ${after.slice(0, 40)}: ${outcome}`,
          );
      }
    },
  ),
];
