import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { eventually } from '../support/eventually.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `secrets.${what}`,
  level: 'MUST',
  facet: 'secrets',
  sentence,
  why,
  run,
});

export const secretNameChecks: readonly Check[] = [
  check(
    'names',
    'Names of 1 to 255 of the allowed characters are kept apart, in case and in every character.',
    'One secret would overwrite another whose name looks like a folder of it.',
    async ({ provider: { secrets }, harness }) => {
      const long = 'n'.repeat(254);
      const names = [
        'a',
        'A',
        'a/b',
        'a_b',
        'a-b',
        'a.b',
        'a//b',
        '/a',
        'a/',
        '.',
        '..',
        '-',
        '_',
        '__proto__',
        '0',
        `${long}x`,
        `${long}y`,
      ];
      for (const name of names) await secrets.put(name, `value of ${name}`);
      for (const name of names) equal(await secrets.reveal(name), `value of ${name}`, `the value of ${name}`);
      const seen = await eventually(
        harness.lag?.query,
        () => secrets.list(),
        (found) => found.length === names.length,
      );
      deepEqual(seen.sort(), [...names].sort(), 'the names that list gives');
    },
  ),
  check(
    'reveal.absent',
    'reveal of a name that has no value resolves to undefined.',
    'A secret that is missing would be a server error, and health could not tell of it.',
    async ({ provider: { secrets } }) => {
      equal(await secrets.reveal('never-there'), undefined, 'the value of a name that has none');
      equal(
        await secrets.reveal('constructor'),
        undefined,
        'the value of a name that has none, though objects have it',
      );
    },
  ),
  check(
    'remove.gone',
    'A removed value is not there any more, on any connection.',
    'A secret that was deleted would still reach runs.',
    async (world) => {
      const other = await world.open();
      await world.provider.secrets.put('api-key', 'hunter2');
      await world.provider.secrets.put('api-key-2', 'other');
      await world.provider.secrets.remove('api-key');
      equal(await other.secrets.reveal('api-key'), undefined, 'the value after remove');
      equal(await other.secrets.reveal('api-key-2'), 'other', 'the value of another name');
      await other.secrets.put('api-key', 'again');
      equal(await world.provider.secrets.reveal('api-key'), 'again', 'the value put after remove');
    },
  ),
  check(
    'remove.absent',
    'remove of a name that is not there is no error.',
    'Removing twice, as after a lost answer, would look like a failure.',
    async ({ provider: { secrets } }) => {
      await secrets.remove('never-there');
      await secrets.put('a', 'value');
      await secrets.remove('a');
      await secrets.remove('a');
    },
  ),
  check(
    'list',
    'list gives every name that has a value, and no other.',
    'Health would report secrets as lost, or never find values that nobody owns any more.',
    async (world) => {
      const { secrets } = world.provider;
      deepEqual(await secrets.list(), [], 'the names in a new deployment');
      for (const name of ['b', 'a', 'empty', 'gone']) await secrets.put(name, name === 'empty' ? '' : 'value');
      await secrets.put('a', 'replaced');
      await secrets.remove('gone');
      const { list } = (await world.open()).secrets;
      const seen = await eventually(
        world.harness.lag?.query,
        () => list(),
        (names) => names.length === 3,
      );
      deepEqual(seen.sort(), ['a', 'b', 'empty'], 'the names');
    },
  ),
  check(
    'list.many',
    'list gives all of 150 names, however many a page of the cloud has.',
    'Health would take all secrets after the first hundred for lost.',
    async ({ provider: { secrets }, harness }) => {
      const names = Array.from({ length: 150 }, (_, n) => `name-${n}`);
      await Promise.all(names.map((name) => secrets.put(name, name)));
      const seen = await eventually(
        harness.lag?.query,
        () => secrets.list(),
        (found) => found.length === 150,
      );
      deepEqual(seen.sort(), [...names].sort(), 'the names');
    },
  ),
];
