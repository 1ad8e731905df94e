import type { LogPage } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { line, numbered, readTexts, textsOf } from '../support/log-text.ts';
import { nextTurn } from '../support/next-turn.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.watch.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

/** A watch that goes on by itself: its pages so far, and how it ended. */
function follow({ provider, signal }: Pick<World, 'provider' | 'signal'>, executionId: string, after?: string) {
  const pages: LogPage[] = [];
  const over = (async () => {
    const options = after === undefined ? {} : { after };
    for await (const page of provider.logs.watch(executionId, options, { signal })) {
      pages.push(page);
      if (signal.aborted) return;
      await nextTurn();
    }
  })();
  over.catch(() => undefined);
  return { pages, over, texts: () => textsOf(pages.flatMap(({ chunks }) => chunks)) };
}

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
  check(
    'cursors',
    'The cursors that watch gives resume reading and watching, from every chunk.',
    'A viewer that was cut off would lose or repeat lines.',
    async (world) => {
      const { logs } = world.provider;
      const watched = follow(world, 'e');
      for (let n = 0; n < 6; n++) {
        await logs.append('e', numbered(4, `${n} `));
        await world.until('the lines', () => watched.texts().length === 4 * (n + 1));
      }
      await logs.append('e', [], { end: true });
      await world.during('watch to return', watched.over);
      const all = watched.texts();
      let seen = 0;
      for (const { cursor, count } of watched.pages.flatMap(({ chunks }) => chunks)) {
        seen += count;
        deepEqual(await readTexts(logs, 'e', cursor), all.slice(seen), `the lines after the first ${seen}`);
      }
    },
  ),
  check(
    'many-watchers',
    'Twenty watchers of one log, from two connections, each get every line once, while three append.',
    'A second viewer would take lines away from the first.',
    async (world) => {
      const second = await world.open();
      const providers = [world.provider, second];
      const watchers = Array.from({ length: 20 }, (_, n) =>
        follow({ provider: providers[n % 2]!, signal: world.signal }, 'e'),
      );
      await Promise.all(
        [0, 1, 2].map(async (writer) => {
          for (let n = 0; n < 10; n++) await providers[writer % 2]!.logs.append('e', numbered(5, `${writer}-${n}-`));
        }),
      );
      await second.logs.append('e', [], { end: true });
      await world.during('twenty watchers to return', Promise.all(watchers.map(({ over }) => over)));
      const all = await readTexts(second.logs, 'e');
      equal(all.length, 150, 'lines in the log');
      for (const [n, watcher] of watchers.entries()) deepEqual(watcher.texts(), all, `the lines of watcher ${n}`);
    },
  ),
  check(
    'slow-consumer',
    'A consumer that takes its time with a page gets the lines that came meanwhile, and delays no other.',
    'Lines would be lost for slow viewers, or come late for all.',
    async (world) => {
      const { logs } = world.provider;
      await logs.append('e', [line('1', 'one')]);
      const slow = logs.watch('e', {}, { signal: world.signal })[Symbol.asyncIterator]();
      const first = await slow.next();
      ok(!first.done, 'the slow consumer gets its first page');
      const quick = follow(world, 'e');
      for (let n = 2; n < 30; n++) await logs.append('e', [line(`${n}`, `${n}`)]);
      await logs.append('e', [], { end: true });
      await world.during('the quick consumer to return', quick.over);
      const rest: LogPage[] = [];
      for (let page = await slow.next(); !page.done && !world.signal.aborted; page = await slow.next()) {
        rest.push(page.value);
        await nextTurn();
      }
      deepEqual(
        textsOf([first.value, ...rest].flatMap(({ chunks }) => chunks)),
        quick.texts(),
        'the lines of the slow one',
      );
    },
  ),
];
