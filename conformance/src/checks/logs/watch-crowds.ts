import type { LogPage } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { follow } from '../support/follow.ts';
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

export const watchCrowdChecks: readonly Check[] = [
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
