import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, rejects } from '../../expect.ts';
import { execution, secret } from '../support/documents.ts';

export const insertChecks: readonly Check[] = [
  {
    id: 'store.insert.kept',
    level: 'MUST',
    facet: 'store',
    sentence: 'A document that was inserted is given back by get with the same fields and values.',
    why: 'Users, runs, images and secrets would come back changed, or not at all.',
    async run({ provider: { store } }) {
      const document = execution('e-1', {
        owned_by: ['ana@example.com', 'bo@example.com'],
        exit_code: 0,
        argv: ['a', ''],
      });
      await store.insert('executions', document);
      deepEqual(await store.get('executions', 'e-1'), document, 'the document, as get gives it');
    },
  },
  {
    id: 'store.insert.visible-elsewhere',
    level: 'MUST',
    facet: 'store',
    sentence: 'get sees an insert of another connection that has resolved before.',
    why: 'The key that one server issued would be refused by the next.',
    async run(world) {
      const other = await world.open();
      await world.provider.store.insert('executions', execution('e-1'));
      deepEqual(
        await other.store.get('executions', 'e-1'),
        execution('e-1'),
        'the document, as another connection gets it',
      );
    },
  },
  {
    id: 'store.insert.absent-fields',
    level: 'MUST',
    facet: 'store',
    sentence: 'A field that is undefined in an inserted document is absent from it.',
    why: 'Runs that have not ended would show empty exit codes and times.',
    async run({ provider: { store } }) {
      await store.insert('executions', { ...execution('e-1'), exit_code: undefined, task_ref: undefined });
      deepEqual(await store.get('executions', 'e-1'), execution('e-1'), 'a document inserted with undefined fields');
    },
  },
  {
    id: 'store.insert.conflict',
    level: 'MUST',
    facet: 'store',
    sentence: 'insert rejects with CONFLICT when the key is taken.',
    why: 'Creating what exists already would look as if it had worked.',
    async run({ provider: { store } }) {
      await store.insert('secrets', secret('a'));
      await rejects(store.insert('secrets', secret('a')), 'CONFLICT', 'a second insert with the same key');
    },
  },
  {
    id: 'store.insert.conflict-changes-nothing',
    level: 'MUST',
    facet: 'store',
    sentence: 'An insert that is refused because its key is taken changes nothing.',
    why: 'Creating a secret under a name that exists would overwrite the one of somebody else.',
    async run({ provider: { store } }) {
      await store.insert('secrets', secret('a', { key_name: 'FIRST' }));
      await store.insert('secrets', secret('a', { key_name: 'SECOND', description: 'new' })).catch(() => undefined);
      deepEqual(
        await store.get('secrets', 'a'),
        secret('a', { key_name: 'FIRST' }),
        'the document that was there first',
      );
    },
  },
  {
    id: 'store.insert.one-winner',
    level: 'MUST',
    facet: 'store',
    sentence: 'Of many inserts of one key at the same time, from two connections, exactly one is accepted.',
    why: 'Two submissions with one idempotency key would both start a run.',
    async run(world) {
      const stores = [world.provider.store, (await world.open()).store];
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          stores[n % 2]!.insert('secrets', secret('a', { key_name: `K${n}` })).then(
            () => `K${n}`,
            (error: unknown) => (isRunvoyError(error) ? error.code : error),
          ),
        ),
      );
      const winners = outcomes.filter((outcome) => outcome !== 'CONFLICT');
      equal(winners.length, 1, `inserts that did not reject with CONFLICT (${winners.join(', ')})`);
      equal((await stores[1]!.get('secrets', 'a'))?.key_name, winners[0], 'the document of the winner');
    },
  },
  {
    id: 'store.insert.own-copy',
    level: 'MUST',
    facet: 'store',
    sentence: 'What a caller does to a document after inserting or getting it does not change what is stored.',
    why: 'A request that is refused half-way would still have changed the record.',
    async run({ provider: { store } }) {
      const given = { ...secret('a'), owned_by: ['ana@example.com'] };
      await store.insert('secrets', given);
      given.owned_by.push('eve@example.com');
      const got = (await store.get('secrets', 'a')) as { description: string };
      got.description = 'changed';
      deepEqual(await store.get('secrets', 'a'), secret('a'), 'the stored document');
    },
  },
  {
    id: 'store.insert.collections-apart',
    level: 'MUST',
    facet: 'store',
    sentence: 'One key may be used in every collection, for a document of its own.',
    why: 'A secret named like an image would hide it.',
    async run({ provider: { store } }) {
      await store.insert('secrets', secret('same'));
      await store.insert('executions', execution('same'));
      deepEqual(await store.get('secrets', 'same'), secret('same'), 'the document of one collection');
      deepEqual(await store.get('executions', 'same'), execution('same'), 'the document of the other');
    },
  },
];
