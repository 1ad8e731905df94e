import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import type { World } from '../../world.ts';
import { execution, image, user } from '../support/documents.ts';
import { eventually } from '../support/eventually.ts';
import { queryGives } from '../support/queries.ts';

const newest = { index: 'all', limit: 100 };

async function insertAt({ provider: { store } }: World, ...times: number[]): Promise<void> {
  for (const time of times) await store.insert('executions', execution(`at ${time}`, { started_at: time }));
}

export const queryChecks: readonly Check[] = [
  {
    id: 'store.query.descending',
    level: 'MUST',
    facet: 'store',
    sentence: 'An index that is declared as descending gives the highest value first, compared as numbers.',
    why: 'The newest run would not be at the top of the list.',
    async run(world) {
      await insertAt(world, 9, 1_700_000_000_000, 100, 0, 10);
      const expected = ['at 1700000000000', 'at 100', 'at 10', 'at 9', 'at 0'];
      await queryGives(world, 'executions', newest, expected, 'executions, newest first');
    },
  },
  {
    id: 'store.query.ascending',
    level: 'MUST',
    facet: 'store',
    sentence: 'An index that is not declared as descending gives the lowest value first.',
    why: 'Lists of users, images and secrets would be in no order that anybody can follow.',
    async run(world) {
      for (const name of ['m', 'z', 'a', 'aa']) await world.provider.store.insert('images', image(name));
      await queryGives(world, 'images', newest, ['a', 'aa', 'm', 'z'], 'images in the order of their names');
    },
  },
  {
    id: 'store.query.whole-documents',
    level: 'MUST',
    facet: 'store',
    sentence: 'A query gives whole documents, as get does.',
    why: 'Runs in a list would lack their exit codes or owners.',
    async run({ provider: { store }, harness }) {
      const document = execution('e-1', { owned_by: ['a', 'b'], exit_code: 0, logs_complete: false, argv: ['x'] });
      await store.insert('executions', document);
      const seen = await eventually(
        harness.lag?.query,
        () => store.query('executions', newest),
        (found) => found.length > 0,
      );
      deepEqual(seen, [document], 'what the query gives');
    },
  },
  {
    id: 'store.query.sees-writes',
    level: 'MUST',
    facet: 'store',
    sentence: 'A query sees every write that has resolved before, of any connection, once the declared lag is over.',
    why: 'A run that was just started would be missing from the list.',
    async run(world) {
      const other = await world.open();
      await other.store.insert('executions', execution('a', { started_at: 1 }));
      await other.store.insert('executions', execution('b', { started_at: 2 }));
      await other.store.remove('executions', 'b');
      await other.store.insert('executions', execution('c', { started_at: 3 }));
      await queryGives(world, 'executions', newest, ['c', 'a'], 'executions after inserts and a removal elsewhere');
    },
  },
  {
    id: 'store.query.nothing',
    level: 'MUST',
    facet: 'store',
    sentence: 'A query that matches nothing gives an empty page.',
    why: 'The list of a new installation would be an error.',
    async run({ provider: { store } }) {
      deepEqual(await store.query('executions', newest), [], 'a query of an empty collection');
      const match = { user_email: 'nobody@example.com' };
      deepEqual(
        await store.query('users', { index: 'email', match, limit: 1 }),
        [],
        'a query for a value that nobody has',
      );
    },
  },
  {
    id: 'store.query.match',
    level: 'MUST',
    facet: 'store',
    sentence: 'A query gives only documents whose field equals the value of match, exactly.',
    why: 'People would see the runs of others in the list of their own.',
    async run(world) {
      const creators = ['ana@example.com', 'Ana@example.com', 'ana@example.com.evil', 'ana', 'ana@example.com'];
      for (const [n, created_by] of creators.entries())
        await world.provider.store.insert('executions', execution(`e${n}`, { created_by, started_at: n }));
      const query = { index: 'creator', match: { created_by: 'ana@example.com' }, limit: 10 };
      await queryGives(world, 'executions', query, ['e4', 'e0'], 'the executions of one creator');
    },
  },
  {
    id: 'store.query.match-boolean',
    level: 'MUST',
    facet: 'store',
    sentence: 'A query matches true and false as such.',
    why: 'No image, or every one, would be the default.',
    async run(world) {
      for (const [id, is_default] of [
        ['a', false],
        ['b', true],
        ['c', false],
      ] as const)
        await world.provider.store.insert('images', image(id, { is_default }));
      await queryGives(
        world,
        'images',
        { index: 'default', match: { is_default: true }, limit: 9 },
        ['b'],
        'the default',
      );
      const others = { index: 'default', match: { is_default: false }, limit: 9 };
      await queryGives(world, 'images', others, ['a', 'c'], 'the images that are not the default');
    },
  },
  {
    id: 'store.query.match-several',
    level: 'MUST',
    facet: 'store',
    sentence: 'With several values in match a query gives what matches any of them, once, in the order of the index.',
    why: 'A list of all runs that live would be sorted by status instead of by time, or show some twice.',
    async run(world) {
      const statuses = ['STARTING', 'RUNNING', 'FAILED', 'STARTING', 'TERMINATING', 'RUNNING', 'STOPPED'] as const;
      for (const [n, status] of statuses.entries())
        await world.provider.store.insert('executions', execution(`e${n}`, { status, started_at: n }));
      const match = { status: ['TERMINATING', 'STARTING', 'RUNNING', 'STARTING'] };
      const expected = ['e5', 'e4', 'e3', 'e1', 'e0'];
      await queryGives(
        world,
        'executions',
        { index: 'status', match, limit: 100 },
        expected,
        'what lives, newest first',
      );
      const page = { index: 'status', match, limit: 2, after: { value: 4, key: 'e4' } };
      await queryGives(world, 'executions', page, ['e3', 'e1'], 'a page from the middle of it');
    },
  },
  {
    id: 'store.query.absent-match-field',
    level: 'MUST',
    facet: 'store',
    sentence: 'A document without the field that an index matches is not in that index, and in the others it is.',
    why: 'A notification about one task would be taken for one about all runs that have no task yet.',
    async run(world) {
      await world.provider.store.insert('executions', execution('none', { started_at: 2 }));
      await world.provider.store.insert('executions', execution('one', { started_at: 1, task_ref: 't' }));
      await queryGives(
        world,
        'executions',
        { index: 'task', match: { task_ref: 't' }, limit: 9 },
        ['one'],
        'the runs of a task',
      );
      await queryGives(world, 'executions', newest, ['none', 'one'], 'all runs');
    },
  },
  {
    id: 'store.query.absent-order-field',
    level: 'MUST',
    facet: 'store',
    sentence: 'A document without the field that an index is ordered by is not in that index.',
    why: 'A list could never be followed past such a document.',
    async run(world) {
      const { store } = world.provider;
      await store.insert('users', user('with'));
      await store.insert('users', { ...user('without'), created_at: undefined as unknown as number });
      const match = { user_email: 'ana@example.com' };
      await queryGives(world, 'users', { index: 'email', match, limit: 9 }, ['with'], 'the keys of one person by time');
      equal((await store.get('users', 'without'))?.api_key_hash, 'without', 'the document itself');
    },
  },
];
