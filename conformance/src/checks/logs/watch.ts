import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { follow } from '../support/follow.ts';
import { line, numbered, readTexts } from '../support/log-text.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.watch.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

export const watchChecks: readonly Check[] = [
  check(
    'as-read',
    'watch gives the same lines as read, to the end, and then returns.',
    'What a viewer sees live would not be what the log says later.',
    async (world) => {
      const { logs } = world.provider;
      for (let n = 0; n < 5; n++) await logs.append('e', numbered(100, `${n} `));
      const watched = follow(world, 'e');
      await world.until('the lines that are there', () => watched.texts().length >= 500);
      await logs.append('e', numbered(100, 'more '), { end: true });
      await world.during('watch to return after the end', watched.over);
      deepEqual(watched.texts(), await readTexts(logs, 'e'), 'the lines that watch gave, beside those that read gives');
      equal(watched.pages.at(-1)?.ended, true, 'whether the last page says ended');
    },
  ),
  check(
    'comes',
    'watch gives lines as they come, of every connection, with no end in sight.',
    'Output would be shown when a command is over instead of while it runs.',
    async (world) => {
      const writer = (await world.open()).logs;
      const watched = follow(world, 'e');
      for (let n = 0; n < 5; n++) {
        await (n % 2 ? writer : world.provider.logs).append('e', [line(`${n}`, `${n}`)]);
        await world.until(`line ${n} to be watched`, () => watched.texts().length === n + 1);
      }
      deepEqual(watched.texts(), ['0', '1', '2', '3', '4'], 'the lines');
    },
  ),
  check(
    'not-there-yet',
    'watch waits for an execution that has no log yet.',
    'A viewer who is quicker than the command would be turned away.',
    async (world) => {
      const id = world.executionId();
      const watched = follow(world, id);
      await world.provider.logs.append('another', [line('1', 'not yours')], { end: true });
      await world.provider.logs.append(id, [line('1', 'one')], { end: true });
      await world.during('watch to return', watched.over);
      deepEqual(watched.texts(), ['one'], 'the lines');
    },
  ),
  check(
    'after',
    'watch gives what follows the cursor that it was called with, and nothing before.',
    'A viewer that reconnects would see lines again or miss some.',
    async (world) => {
      const { logs } = world.provider;
      await logs.append('e', numbered(5));
      const { cursor } = await logs.read('e');
      await logs.append('e', numbered(3, 'new '));
      const watched = follow(world, 'e', cursor);
      await logs.append('e', [line('last', 'last')], { end: true });
      await world.during('watch to return', watched.over);
      deepEqual(watched.texts(), ['new 0', 'new 1', 'new 2', 'last'], 'the lines');
    },
  ),
  check(
    'no-empty-page',
    'watch yields no empty page, except a last one that says ended.',
    'Every viewer would be sent nothing, again and again.',
    async (world) => {
      const { logs } = world.provider;
      const watched = follow(world, 'e');
      await logs.append('other', numbered(3));
      await logs.append('e', [line('1', 'one')]);
      await logs.append('e', [line('1', 'one')]);
      await world.until('the line', () => watched.texts().length === 1);
      await logs.append('e', [], { end: true });
      await world.during('watch to return after the end', watched.over);
      const empty = watched.pages.filter(({ chunks, ended }) => chunks.length === 0 && !ended);
      equal(empty.length, 0, 'empty pages');
      deepEqual(
        watched.pages.map(({ ended }) => ended).slice(0, -1),
        watched.pages.slice(1).map(() => false),
        'ended of all pages but the last',
      );
      equal(watched.pages.at(-1)?.ended, true, 'ended of the last page');
    },
  ),
  check(
    'ended-already',
    'watch of a log that has ended gives its lines and returns, after its last cursor too.',
    'Looking at a finished run would never end.',
    async (world) => {
      await world.provider.logs.append('e', numbered(3), { end: true });
      const first = follow(world, 'e');
      await world.during('watch of an ended log to return', first.over);
      equal(first.texts().length, 3, 'lines');
      const second = follow(world, 'e', first.pages.at(-1)!.cursor);
      await world.during('watch after the last cursor of an ended log to return', second.over);
      deepEqual(
        second.pages.map(({ ended, chunks }) => [ended, chunks.length]),
        [[true, 0]],
        'the pages after the last cursor',
      );
    },
  ),
];
