import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { execution, image, secret } from '../support/documents.ts';
import { eventually } from '../support/eventually.ts';
import { oddTexts } from '../support/odd-texts.ts';
import { queryGives } from '../support/queries.ts';

const oddKeys: readonly Check[] = Object.entries(oddTexts).map(([name, key]) => ({
  id: `store.key.${name.replaceAll(' ', '-')}`,
  level: 'MUST',
  facet: 'store',
  sentence: `A key may be ${JSON.stringify(key)} (${name}): insert, get, update, query and remove find it.`,
  why: 'A secret, an image or an address of that form could not be used, or would be another one.',
  async run(world) {
    const { store } = world.provider;
    await store.insert('secrets', secret(key));
    deepEqual(await store.get('secrets', key), secret(key), 'what get gives');
    const changed = secret(key, { description: key });
    deepEqual(await store.update('secrets', key, { set: { description: key } }), changed, 'what update gives');
    await queryGives(
      world,
      'secrets',
      { index: 'all', from: key, to: key, limit: 9 },
      [key],
      'the keys that a query gives',
    );
    await store.remove('secrets', key);
    equal(await store.get('secrets', key), undefined, 'what get gives after remove');
  },
}));

export const oddChecks: readonly Check[] = [
  ...oddKeys,
  {
    id: 'store.key.apart',
    level: 'MUST',
    facet: 'store',
    sentence: 'Keys that differ in a single character, in case or in normal form only are different keys.',
    why: 'One secret would replace another with a similar name.',
    async run(world) {
      const keys = [
        ...Object.values(oddTexts),
        'a/b',
        'a_b',
        'a%2Fb',
        'a#b',
        'a b',
        'ab',
        ' ab',
        'ab ',
        'AB',
        'a\u0000b',
      ];
      for (const key of keys) await world.provider.store.insert('images', image(key, { image: `of ${key}` }));
      for (const key of keys)
        equal(
          (await world.provider.store.get('images', key))?.image,
          `of ${key}`,
          `the document of ${JSON.stringify(key)}`,
        );
      const seen = await eventually(
        world.harness.lag?.query,
        () => world.provider.store.query('images', { index: 'all', limit: 1000 }),
        (found) => found.length === keys.length,
      );
      deepEqual(seen.map((it) => it.image_id).sort(), [...keys].sort(), 'the keys that a query gives');
    },
  },
  {
    id: 'store.key.long',
    level: 'MUST',
    facet: 'store',
    sentence: 'A key may have 512 characters, and the last one counts.',
    why: 'Names that begin alike would be cut and become one.',
    async run({ provider: { store } }) {
      const keys = ['x'.repeat(511), `${'x'.repeat(511)}y`, `${'x'.repeat(511)}z`];
      for (const key of keys) await store.insert('secrets', secret(key, { description: key.slice(-1) + key.length }));
      for (const key of keys)
        equal((await store.get('secrets', key))?.secret_name, key, `the key of ${key.length} characters`);
    },
  },
  {
    id: 'store.key.long-emoji',
    level: 'MUST',
    facet: 'store',
    sentence: 'A key may have 512 characters of any kind, such as emoji, which have four bytes each.',
    why: 'Long names in other scripts than Latin would be refused.',
    async run(world) {
      const key = '🦊'.repeat(512);
      await world.provider.store.insert('secrets', secret(key));
      deepEqual(await world.provider.store.get('secrets', key), secret(key), 'the document');
      await queryGives(world, 'secrets', { index: 'all', limit: 9 }, [key], 'the keys that a query gives');
    },
  },
  {
    id: 'store.value.texts',
    level: 'MUST',
    facet: 'store',
    sentence: 'Texts of any characters, the empty one included, are kept as they are, also in conditions.',
    why: 'Commands with quotes, line breaks or emoji would be shown, or repeated, as something else.',
    async run({ provider: { store } }) {
      for (const [n, text] of ['', ...Object.values(oddTexts), '\u2028\ufeff\ufffe', ' '.repeat(5000)].entries()) {
        const document = execution(`e${n}`, { command: text, argv: [text, text], reason_detail: text });
        await store.insert('executions', document);
        deepEqual(await store.get('executions', `e${n}`), document, `a document with ${JSON.stringify(text)}`);
        const changed = await store.update('executions', `e${n}`, {
          set: { stop_cause: text },
          when: { reason_detail: text },
        });
        equal(
          changed?.stop_cause,
          text,
          `the text after an update under the condition that it is ${JSON.stringify(text)}`,
        );
      }
    },
  },
  {
    id: 'store.value.numbers',
    level: 'MUST',
    facet: 'store',
    sentence: 'Finite numbers are kept exactly: zero, negative ones, fractions, and integers up to 2^53 - 1.',
    why: 'Times would be off by seconds, and exit codes of 0 would be missing.',
    async run({ provider: { store } }) {
      for (const number of [0, -1, 0.1, -2.5, 1e-7, 1e20, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
        const document = execution(`e ${number}`, { completed_at: number, exit_code: number });
        await store.insert('executions', document);
        deepEqual(await store.get('executions', `e ${number}`), document, `a document with ${number}`);
      }
    },
  },
  {
    id: 'store.value.order-of-numbers',
    level: 'MUST',
    facet: 'store',
    sentence: 'Negative numbers and numbers up to 2^53 - 1 are in their place in an index and within bounds.',
    why: 'Runs would disappear from lists that are bounded by time.',
    async run(world) {
      const times = [-1000, -1, 0, 1, Number.MAX_SAFE_INTEGER];
      for (const time of times)
        await world.provider.store.insert('executions', execution(`${time}`, { started_at: time }));
      await queryGives(
        world,
        'executions',
        { index: 'all', limit: 9 },
        times.map(String).reverse(),
        'all, highest first',
      );
      const bounded = { index: 'all', from: -1, to: 1, limit: 9 };
      await queryGives(world, 'executions', bounded, ['1', '0', '-1'], 'from -1 to 1');
    },
  },
  {
    id: 'store.value.lists',
    level: 'MUST',
    facet: 'store',
    sentence: 'Lists keep their order, repetitions and empty texts, and an empty list stays an empty list.',
    why: 'Arguments of a command would be lost or change places.',
    async run({ provider: { store } }) {
      const document = execution('e', { owned_by: [], argv: ['b', '', 'a', 'b', '--', ''], secret_names: [''] });
      await store.insert('executions', document);
      deepEqual(await store.get('executions', 'e'), document, 'a document with lists');
      const changed = await store.update('executions', 'e', { set: { argv: [], owned_by: ['x', 'x'] } });
      deepEqual(changed, { ...document, argv: [], owned_by: ['x', 'x'] }, 'the document after its lists were set');
    },
  },
  {
    id: 'store.value.large',
    level: 'MUST',
    facet: 'store',
    sentence: 'A document may have 512 KiB.',
    why: 'A long command, or a run with many arguments, could not be recorded.',
    async run(world) {
      const description = 'äöü€'.repeat((510 * 1024) / 9);
      const document = secret('large', { description });
      await world.provider.store.insert('secrets', document);
      const kept = await world.provider.store.get('secrets', 'large');
      equal(kept?.description === description, true, 'whether 510 KiB of text came back as they were');
      const changed = await world.provider.store.update('secrets', 'large', { set: { key_name: 'OTHER' } });
      equal(changed?.description === description, true, 'whether they did after an update');
      await queryGives(world, 'secrets', { index: 'all', limit: 9 }, ['large'], 'the keys that a query gives');
    },
  },
];
