import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { line, numbered, readTexts } from '../support/log-text.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.end.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

export const endChecks: readonly Check[] = [
  check(
    'page',
    'A page says ended when the log is complete and nothing follows it, and not before.',
    'Viewers would leave before the last lines, or wait for ever.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('1', 'one')]);
      equal((await logs.read('e')).ended, false, 'whether a log has ended that nobody has ended');
      await logs.append('e', [line('2', 'two')], { end: true });
      const page = await logs.read('e');
      equal(page.ended, true, 'whether the page with the last line says so');
      equal((await logs.read('e', { after: page.cursor })).ended, true, 'whether the empty page after it says so');
    },
  ),
  check(
    'not-before-last',
    'A page that more lines follow does not say ended, though the log is complete.',
    'The end of long outputs would never be shown.',
    async ({ provider: { logs } }) => {
      for (let n = 0; n < 20; n++) await logs.append('e', [line(`${n}`, 'x'.repeat(1000))]);
      await logs.append('e', [], { end: true });
      let lines = 0;
      let after: string | undefined;
      for (let pages = 0; pages < 100; pages++) {
        const page = await logs.read('e', { maximumBytes: 2500, ...(after !== undefined && { after }) });
        lines += page.chunks.reduce((sum, { count }) => sum + count, 0);
        after = page.cursor;
        if (page.ended || page.chunks.length === 0) break;
      }
      equal(lines, 20, 'lines up to the page that said ended');
    },
  ),
  check(
    'ended',
    'ended agrees with what the last page says, on every connection.',
    'A run would be published as finished while its log is not, or never.',
    async (world) => {
      const { logs } = world.provider;
      const other = (await world.open()).logs;
      equal(await logs.ended('e'), false, 'ended of a log that is not there');
      await logs.append('e', numbered(3));
      equal(await other.ended('e'), false, 'ended before the end');
      await logs.append('e', [], { end: true });
      equal(await other.ended('e'), true, 'ended after the end, on another connection');
      equal((await other.read('e')).ended, true, 'what the last page says there');
    },
  ),
  check(
    'empty',
    'A log may be ended without any line.',
    'A viewer of a command that prints nothing would wait for ever.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [], { end: true });
      const page = await logs.read('e');
      deepEqual(
        { chunks: page.chunks, ended: page.ended },
        { chunks: [], ended: true },
        'the page of an ended log with no line',
      );
      equal(await logs.ended('e'), true, 'ended');
    },
  ),
  check(
    'late-lines',
    'Lines added after the end are kept all the same, behind the cursor of the last page.',
    'Lines that the cloud delivers late would be lost.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('1', 'one')], { end: true });
      const { cursor } = await logs.read('e');
      await logs.append('e', [line('2', 'late')]);
      deepEqual(await readTexts(logs, 'e', cursor), ['late'], 'the lines after the page that said ended');
      deepEqual(await readTexts(logs, 'e'), ['one', 'late'], 'all lines');
    },
  ),
  check(
    'twice',
    'Ending a log again changes nothing.',
    'A repeated notification would reopen or spoil a finished log.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('1', 'one')], { end: true });
      await logs.append('e', [line('1', 'one')], { end: true });
      await logs.append('e', [line('1', 'one')]);
      deepEqual(await readTexts(logs, 'e'), ['one'], 'the lines');
      equal(await logs.ended('e'), true, 'ended');
    },
  ),
];
