import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { line, numbered, readTexts } from '../support/log-text.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.append.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

const twice = 'Clouds deliver lines more than once: they would be shown more than once.';

export const appendChecks: readonly Check[] = [
  check('again', 'A line whose id was appended by an earlier call is dropped.', twice, async (world) => {
    const other = await world.open();
    await world.provider.logs.append('e', [line('1', 'one'), line('2', 'two')]);
    await other.logs.append('e', [line('1', 'one'), line('2', 'two')]);
    await world.provider.logs.append('e', [line('2', 'two'), line('3', 'three'), line('1', 'one')]);
    deepEqual(await readTexts(other.logs, 'e'), ['one', 'two', 'three'], 'the lines');
  }),
  check(
    'same-call',
    'A line whose id came before in the same call is dropped.',
    twice,
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('1', 'one'), line('1', 'one'), line('2', 'two'), line('1', 'one')]);
      deepEqual(await readTexts(logs, 'e'), ['one', 'two'], 'the lines');
    },
  ),
  check(
    'at-once',
    'Of lines with one id appended at the same time, from two connections, one is kept.',
    twice,
    async (world) => {
      const facets = [world.provider.logs, (await world.open()).logs];
      const lines = numbered(50);
      await Promise.all(Array.from({ length: 8 }, (_, n) => facets[n % 2]!.append('e', lines.slice(n, n + 40))));
      const texts = await readTexts(facets[0]!, 'e');
      deepEqual(
        texts.sort(),
        lines
          .slice(0, 47)
          .map(({ text }) => text)
          .sort(),
        'the lines, in any order',
      );
    },
  ),
  check(
    'by-id',
    'Lines are the same by id alone: equal texts and times with other ids are other lines.',
    'A command that prints the same line twice would seem to print it once.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('1', 'tick'), line('2', 'tick')]);
      await logs.append('e', [line('3', 'tick')]);
      deepEqual(await readTexts(logs, 'e'), ['tick', 'tick', 'tick'], 'the lines');
    },
  ),
  check(
    'odd-ids',
    'Ids of lines may be any text, and are kept apart in every character.',
    'The ids of the cloud would collide, and lines be lost.',
    async ({ provider: { logs } }) => {
      const ids = [
        'a',
        'A',
        ' a',
        'a/b',
        'a#b',
        '__proto__',
        '..',
        '1',
        '01',
        'é',
        'e\u0301',
        'x'.repeat(300),
        `${'x'.repeat(300)}y`,
        '37284/+=',
      ];
      await logs.append(
        'e',
        ids.map((id) => line(id, id)),
      );
      await logs.append(
        'e',
        ids.map((id) => line(id, id)),
      );
      deepEqual(await readTexts(logs, 'e'), ids, 'the lines');
    },
  ),
  check(
    'executions-apart',
    'Every execution has a log of its own, ids and end included.',
    'People would see the output of the runs of others.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('1', 'of e')], { end: true });
      await logs.append('e2', [line('1', 'of e2')]);
      deepEqual(await readTexts(logs, 'e'), ['of e'], 'the lines of one execution');
      deepEqual(await readTexts(logs, 'e2'), ['of e2'], 'the lines of another');
      equal(await logs.ended('e2'), false, 'whether the other has ended');
    },
  ),
  check(
    'arrival',
    'The order is that of arrival: a line with an earlier time that arrives late is put after those already there.',
    'A cursor that a viewer holds would skip the late line.',
    async ({ provider: { logs } }) => {
      await logs.append('e', [line('5', 'five', { time: 5000 })]);
      const { cursor } = await logs.read('e');
      await logs.append('e', [line('1', 'one', { time: 1000 }), line('3', 'three', { time: 3000 })]);
      deepEqual(await readTexts(logs, 'e'), ['five', 'one', 'three'], 'all lines');
      deepEqual(await readTexts(logs, 'e', cursor), ['one', 'three'], 'the lines after the first');
    },
  ),
  check(
    'all-at-once',
    'Lines appended by one call stay together and in their order, however many append at the same time.',
    'The output of one moment would be torn apart.',
    async (world) => {
      const facets = [world.provider.logs, (await world.open()).logs];
      await Promise.all(
        Array.from({ length: 10 }, (_, n) => facets[n % 2]!.append('e', numbered(20, `writer ${n} line `))),
      );
      const texts = await readTexts(facets[0]!, 'e');
      equal(texts.length, 200, 'lines in the log');
      for (let n = 0; n < 10; n++) {
        const own = texts.filter((text) => text.startsWith(`writer ${n} `));
        deepEqual(
          own,
          numbered(20, `writer ${n} line `).map(({ text }) => text),
          `the lines of writer ${n}`,
        );
      }
    },
  ),
  check(
    'all-or-none',
    'A call that rejects has added none of its lines, so that repeating it without the bad one loses and repeats nothing.',
    'After a failure lines would be missing, or be there twice.',
    async ({ provider: { logs } }) => {
      const lines = [...numbered(3), line('bad', 'two\nlines'), ...numbered(3, 'more ')];
      const refused = await logs.append('e', lines).then(
        () => false,
        () => true,
      );
      const texts = await readTexts(logs, 'e');
      if (refused) deepEqual(texts, [], 'the lines after a call that rejected');
    },
  ),
  check(
    'nothing',
    'An append of no lines is no error and adds nothing.',
    'A delivery that holds nothing new would fail for ever.',
    async ({ provider: { logs } }) => {
      await logs.append('e', []);
      deepEqual(await readTexts(logs, 'e'), [], 'the lines');
      equal(await logs.ended('e'), false, 'whether the log has ended');
    },
  ),
];
