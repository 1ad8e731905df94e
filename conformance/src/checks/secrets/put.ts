import type { Check } from '../../check.ts';
import { equal } from '../../expect.ts';
import { oddTexts } from '../support/odd-texts.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `secrets.${what}`,
  level: 'MUST',
  facet: 'secrets',
  sentence,
  why,
  run,
});

export const secretPutChecks: readonly Check[] = [
  check(
    'put.kept',
    'reveal gives the value that was put, on any connection.',
    'Runs would get no secrets, or wrong ones.',
    async (world) => {
      const other = await world.open();
      await world.provider.secrets.put('api-key', 'hunter2');
      equal(await other.secrets.reveal('api-key'), 'hunter2', 'the value that another connection reveals');
    },
  ),
  check(
    'put.replaces',
    'put replaces a value that is there, for every connection at once.',
    'A password that was rotated would be used on, by some servers.',
    async (world) => {
      const other = await world.open();
      await world.provider.secrets.put('api-key', 'old and longer');
      equal(await other.secrets.reveal('api-key'), 'old and longer', 'the first value');
      await world.provider.secrets.put('api-key', 'new');
      equal(await other.secrets.reveal('api-key'), 'new', 'the value after it was replaced');
      equal(
        await world.provider.secrets.reveal('api-key'),
        'new',
        'the value after it was replaced, where that was done',
      );
    },
  ),
  check(
    'put.empty',
    'The empty text is a value: reveal gives it, and list names it.',
    'A secret that is empty on purpose would be reported as missing.',
    async ({ provider: { secrets } }) => {
      await secrets.put('empty', '');
      equal(await secrets.reveal('empty'), '', 'the value');
    },
  ),
  check(
    'put.characters',
    'A value may hold any characters, line breaks, NUL and white space at its ends included, and is kept as it is.',
    'Private keys and certificates would not work any more.',
    async ({ provider: { secrets } }) => {
      const values = [
        ...Object.values(oddTexts),
        '\n',
        ' x \r\n',
        '-----BEGIN KEY-----\nabc\n',
        '{"a":"b"}',
        '\u2028\ufeff',
        '$HOME',
      ];
      for (const [n, value] of values.entries()) {
        await secrets.put(`value-${n}`, value);
        equal(await secrets.reveal(`value-${n}`), value, `the value ${JSON.stringify(value)}`);
      }
    },
  ),
  check(
    'put.large',
    'A value may have 65,536 bytes of UTF-8.',
    'Key stores and service account files could not be kept.',
    async ({ provider: { secrets } }) => {
      const value = `${'€'.repeat(21_845)}x`;
      await secrets.put('large', value);
      equal((await secrets.reveal('large')) === value, true, 'whether 65,536 bytes came back as they were');
      const latin = 'k'.repeat(65_536);
      await secrets.put('large', latin);
      equal((await secrets.reveal('large')) === latin, true, 'whether 65,536 characters of one byte did');
    },
  ),
  check(
    'put.at-once',
    'Of several values put under one name at the same time one stays, whole.',
    'A secret would be lost when two people save it together.',
    async (world) => {
      const facets = [world.provider.secrets, (await world.open()).secrets];
      const values = Array.from({ length: 10 }, (_, n) => String(n).repeat(1000));
      await Promise.all(values.map((value, n) => facets[n % 2]!.put('contended', value)));
      const kept = await facets[0]!.reveal('contended');
      equal(values.includes(kept ?? 'none'), true, 'whether the value is one of those that were put');
      equal(await facets[1]!.reveal('contended'), kept, 'the value on the other connection');
    },
  ),
];
