import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { execution, secret } from '../support/documents.ts';
import { eventually } from '../support/eventually.ts';
import { inBatches } from '../support/in-batches.ts';
import { followPages, keyOf } from '../support/queries.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

export const pagingChecks: readonly Check[] = [
  {
    id: 'store.query.ties',
    level: 'MUST',
    facet: 'store',
    sentence: 'Documents with the same order value come in a stable order, so that pages of any size give each once.',
    why: 'Of runs that were started in the same millisecond some would be shown twice and others never.',
    async run({ provider: { store }, harness }) {
      const ids = numbers(30).map((n) => `${(n * 7919) % 31}-${n}`);
      await inBatches(ids, (id) => store.insert('executions', execution(id, { started_at: 5 + (id.length % 2) })));
      const all = { index: 'all', limit: 100 };
      const whole = await eventually(
        harness.lag?.query,
        () => followPages(store, 'executions', all),
        (it) => it.length === 30,
      );
      const expected = whole.map((document) => keyOf('executions', document));
      equal(new Set(expected).size, 30, 'different documents in one page');
      for (const limit of [1, 4, 7, 29, 30]) {
        const found = await followPages(store, 'executions', { index: 'all', limit });
        deepEqual(
          found.map((document) => keyOf('executions', document)),
          expected,
          `all documents, by pages of ${limit}`,
        );
      }
    },
  },
  {
    id: 'store.query.ties-several',
    level: 'MUST',
    facet: 'store',
    sentence: 'Ties between documents of different match values are paged as ties within one are: each is given once.',
    why: 'A list of runs of two kinds would lose some where the kinds meet.',
    async run({ provider: { store }, harness }) {
      const statuses = ['STARTING', 'RUNNING'] as const;
      await inBatches(numbers(24), (n) =>
        store.insert('executions', execution(`e${n}`, { started_at: 5, status: statuses[n % 2]! })),
      );
      const query = { index: 'status', match: { status: ['RUNNING', 'STARTING'] }, limit: 5 };
      const found = await eventually(
        harness.lag?.query,
        () => followPages(store, 'executions', query),
        (it) => it.length === 24,
      );
      const keys = found.map((document) => keyOf('executions', document)).sort();
      deepEqual(
        keys,
        numbers(24)
          .map((n) => `e${n}`)
          .sort(),
        'all documents, by pages of five',
      );
    },
  },
  {
    id: 'store.query.while-others-write',
    level: 'MUST',
    facet: 'store',
    sentence:
      'Of 2,000 documents followed by pages, each is seen exactly once while others are inserted, changed and removed.',
    why: 'Long lists, and the reconciliation that rests on them, would skip runs whenever somebody works.',
    limitSeconds: 60,
    async run(world) {
      const { store } = world.provider;
      const other = (await world.open()).store;
      const keys = numbers(2000).map((n) => `kept-${String(n).padStart(4, '0')}`);
      await inBatches(keys, (key) =>
        store.insert('executions', execution(key, { started_at: Number(key.slice(5)) >> 2 })),
      );
      const all = { index: 'all', limit: 1000 };
      await eventually(
        world.harness.lag?.query,
        () => followPages(store, 'executions', all),
        (it) => it.length === 2000,
      );

      let written = 0;
      const found = await followPages(store, 'executions', { index: 'all', limit: 97 }, async () => {
        const extra = `extra-${written++}`;
        await other.insert('executions', execution(extra, { started_at: Math.floor(world.random() * 500) }));
        const changed = keys[Math.floor(world.random() * keys.length)]!;
        await other.update('executions', changed, { set: { reason: extra } });
        if (written > 2) await other.remove('executions', `extra-${written - 3}`);
      });
      const seen = found.map((document) => keyOf('executions', document)).filter((key) => key.startsWith('kept-'));
      const distinct = new Set(seen);
      equal(seen.length - distinct.size, 0, 'documents seen more than once');
      deepEqual(keys.filter((key) => !distinct.has(key)).slice(0, 10), [], 'documents never seen (the first ten)');
    },
  },
  {
    id: 'store.query.thousand',
    level: 'MUST',
    facet: 'store',
    sentence: 'A page may have 1,000 documents.',
    why: 'Core asks for as many, and would take a shorter page for the last one.',
    limitSeconds: 40,
    async run({ provider: { store }, harness }) {
      await inBatches(numbers(1001), (n) => store.insert('secrets', secret(`s${n}`)));
      const page = await eventually(
        harness.lag?.query,
        () => store.query('secrets', { index: 'all', limit: 1000 }),
        (found) => found.length === 1000,
      );
      equal(page.length, 1000, 'documents on a page of 1,000 of 1,001');
    },
  },
];
