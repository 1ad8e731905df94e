import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { execution } from '../support/documents.ts';
import { nextTurn } from '../support/next-turn.ts';

export const contentionChecks: readonly Check[] = [
  {
    id: 'store.update.one-winner',
    level: 'MUST',
    facet: 'store',
    sentence:
      'Of many updates at the same time whose conditions exclude each other, from two connections, exactly one applies.',
    why: 'Two servers would both believe that they are to end a run, and both would.',
    async run(world) {
      const stores = [world.provider.store, (await world.open()).store];
      await stores[0]!.insert('executions', execution('e-1'));
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          stores[n % 2]!.update('executions', 'e-1', {
            set: { status: 'TERMINATING', stopped_by: `user-${n}` },
            when: { status: 'STARTING' },
          }),
        ),
      );
      const winners = answers.filter((answer) => answer !== undefined);
      equal(winners.length, 1, 'updates that applied');
      deepEqual(await stores[0]!.get('executions', 'e-1'), winners[0], 'the document, as the winner was told it is');
    },
  },
  {
    id: 'store.update.no-lost-update',
    level: 'MUST',
    facet: 'store',
    sentence: 'Writers that change only what they have read never lose a change of one another.',
    why: 'An owner who was added at the same moment as another would be missing.',
    limitSeconds: 30,
    async run(world) {
      const stores = [world.provider.store, (await world.open()).store];
      await stores[0]!.insert('executions', execution('e-1', { timeout_seconds: 0 }));
      const count = async (worker: number) => {
        for (let done = 0; done < 5 && !world.signal.aborted; ) {
          const store = stores[worker % 2]!;
          const { timeout_seconds: read = -1 } = (await store.get('executions', 'e-1')) ?? {};
          const change = { set: { timeout_seconds: read + 1 }, when: { timeout_seconds: read } };
          if (await store.update('executions', 'e-1', change)) done++;
          await nextTurn();
        }
      };
      await world.during('four writers that count together', Promise.all([0, 1, 2, 3].map(count)));
      const { timeout_seconds: total } = (await stores[0]!.get('executions', 'e-1')) ?? {};
      equal(total, 20, 'the count of four writers with five steps each');
    },
  },
  {
    id: 'store.remove.insert-again',
    level: 'MUST',
    facet: 'store',
    sentence: 'After remove the key is free: one of several inserts at the same time is accepted.',
    why: 'A secret that was deleted could never be created again.',
    async run(world) {
      const stores = [world.provider.store, (await world.open()).store];
      await stores[0]!.insert('executions', execution('e-1', { task_ref: 'old' }));
      await stores[1]!.remove('executions', 'e-1');
      const inserts = stores.map((store) => store.insert('executions', execution('e-1')));
      const outcomes = await Promise.allSettled(inserts);
      equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'inserts that were accepted');
      deepEqual(
        await stores[0]!.get('executions', 'e-1'),
        execution('e-1'),
        'the new document, with nothing of the old',
      );
    },
  },
  {
    id: 'store.remove.gone',
    level: 'MUST',
    facet: 'store',
    sentence: 'A removed document is not there any more for get and update, on any connection.',
    why: 'A key that an administrator deleted would still open the door.',
    async run(world) {
      const other = await world.open();
      await world.provider.store.insert('executions', execution('e-1'));
      await world.provider.store.remove('executions', 'e-1');
      equal(await other.store.get('executions', 'e-1'), undefined, 'what get gives after remove');
      equal(
        await other.store.update('executions', 'e-1', { set: { reason: 'r' } }),
        undefined,
        'what update gives after remove',
      );
      equal(await other.store.get('executions', 'e-1'), undefined, 'what get gives after that update');
    },
  },
  {
    id: 'store.remove.absent',
    level: 'MUST',
    facet: 'store',
    sentence: 'remove of a key that is not there is no error.',
    why: 'Removing twice, as after a lost answer, would look like a failure.',
    async run({ provider: { store } }) {
      await store.remove('executions', 'never-there');
      await store.insert('executions', execution('e-1'));
      await store.remove('executions', 'e-1');
      await store.remove('executions', 'e-1');
    },
  },
  {
    id: 'store.get.absent',
    level: 'MUST',
    facet: 'store',
    sentence: 'get of a key that is not there resolves to undefined.',
    why: 'Asking for a run that does not exist would be a server error instead of "not found".',
    async run({ provider: { store } }) {
      equal(await store.get('executions', 'never-there'), undefined, 'what get resolves to');
    },
  },
];
