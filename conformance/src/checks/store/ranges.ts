import type { Check } from '../../check.ts';
import { deepEqual } from '../../expect.ts';
import { execution, user } from '../support/documents.ts';
import { queryGives, queryKeys } from '../support/queries.ts';

export const rangeChecks: readonly Check[] = [
  {
    id: 'store.query.bounds',
    level: 'MUST',
    facet: 'store',
    sentence: 'from and to bound the order field, and both are inclusive.',
    why: 'A run at the very edge of the asked time would be missing.',
    async run(world) {
      for (let n = 1; n <= 6; n++)
        await world.provider.store.insert('executions', execution(`e${n}`, { started_at: n * 10 }));
      const query = (bounds: object) => ({ index: 'all', limit: 100, ...bounds });
      await queryGives(world, 'executions', query({ from: 20, to: 40 }), ['e4', 'e3', 'e2'], 'from 20 to 40');
      await queryGives(world, 'executions', query({ from: 50 }), ['e6', 'e5'], 'from 50');
      await queryGives(world, 'executions', query({ to: 10 }), ['e1'], 'to 10');
      await queryGives(world, 'executions', query({ from: 41, to: 49 }), [], 'from 41 to 49');
    },
  },
  {
    id: 'store.query.bounds-text',
    level: 'MUST',
    facet: 'store',
    sentence: 'from and to bound an order field that is a text, ascending, and both are inclusive.',
    why: 'A look-up of users by the beginning of their address would miss some.',
    async run(world) {
      for (const name of ['a', 'b', 'ba', 'c', 'd'])
        await world.provider.store.insert('users', user(name, { user_email: name }));
      await queryGives(world, 'users', { index: 'all', from: 'b', to: 'c', limit: 9 }, ['b', 'ba', 'c'], 'from b to c');
    },
  },
  {
    id: 'store.query.bounds-with-match',
    level: 'MUST',
    facet: 'store',
    sentence: 'match, from, to and after hold together.',
    why: 'The second page of a filtered list would show what the filter hides.',
    async run(world) {
      for (let n = 0; n < 10; n++) {
        const status = n % 2 === 0 ? 'RUNNING' : 'FAILED';
        await world.provider.store.insert('executions', execution(`e${n}`, { status, started_at: n }));
      }
      const after = { value: 6, key: 'e6' };
      const query = { index: 'status', match: { status: 'RUNNING' }, from: 2, to: 8, after, limit: 9 };
      await queryGives(world, 'executions', query, ['e4', 'e2'], 'running, from 2 to 8, after 6');
    },
  },
  {
    id: 'store.query.limit',
    level: 'MUST',
    facet: 'store',
    sentence: 'A page has no more than limit documents, the first ones, and is full while there are more.',
    why: 'Core would take a short page for the last one and show half of the runs.',
    async run(world) {
      for (let n = 0; n < 7; n++)
        await world.provider.store.insert('executions', execution(`e${n}`, { started_at: n }));
      await queryGives(world, 'executions', { index: 'all', limit: 3 }, ['e6', 'e5', 'e4'], 'a page of three');
      await queryGives(
        world,
        'executions',
        { index: 'all', limit: 7 },
        [...'6543210'].map((n) => `e${n}`),
        'a page of all',
      );
    },
  },
  {
    id: 'store.query.after',
    level: 'MUST',
    facet: 'store',
    sentence: 'after gives what follows a position in the order of the index, whether or not a document is there.',
    why: 'A list whose last seen run was removed meanwhile would begin again, or end.',
    async run(world) {
      const { store } = world.provider;
      for (let n = 0; n < 5; n++) await store.insert('executions', execution(`e${n}`, { started_at: n }));
      await queryGives(world, 'executions', { index: 'all', limit: 9 }, ['e4', 'e3', 'e2', 'e1', 'e0'], 'all');
      await store.remove('executions', 'e3');
      const query = { index: 'all', after: { value: 3, key: 'e3' }, limit: 9 };
      await queryGives(world, 'executions', query, ['e2', 'e1', 'e0'], 'after a document that was removed');
      const last = { index: 'all', after: { value: 0, key: 'e0' }, limit: 9 };
      deepEqual(await queryKeys(store, 'executions', last), [], 'after the last');
    },
  },
];
