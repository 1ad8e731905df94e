import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import { execution } from '../support/documents.ts';

export const updateChecks: readonly Check[] = [
  {
    id: 'store.update.answers',
    level: 'MUST',
    facet: 'store',
    sentence: 'update resolves to the whole document as changed.',
    why: 'Core would report a state that the run is not in.',
    async run({ provider: { store } }) {
      await store.insert('executions', execution('e-1', { task_ref: 'old' }));
      const changed = await store.update('executions', 'e-1', {
        set: { status: 'RUNNING', running_at: 5 },
        unset: ['task_ref'],
      });
      deepEqual(changed, execution('e-1', { status: 'RUNNING', running_at: 5 }), 'what update resolves to');
    },
  },
  {
    id: 'store.update.kept',
    level: 'MUST',
    facet: 'store',
    sentence: 'get, from any connection, sees an update that has resolved before, with all other fields as they were.',
    why: 'A finished run would still be shown as running by the next server, or lose its owner.',
    async run(world) {
      const other = await world.open();
      await world.provider.store.insert('executions', execution('e-1', { git_repo: 'r', secret_names: ['s'] }));
      await world.provider.store.update('executions', 'e-1', { set: { status: 'FAILED', exit_code: 0, owned_by: [] } });
      const expected = execution('e-1', {
        git_repo: 'r',
        secret_names: ['s'],
        status: 'FAILED',
        exit_code: 0,
        owned_by: [],
      });
      deepEqual(await other.store.get('executions', 'e-1'), expected, 'the document after the update');
    },
  },
  {
    id: 'store.update.unset',
    level: 'MUST',
    facet: 'store',
    sentence: 'update removes the fields named in unset, and one that is not there is no error.',
    why: 'A claimed key would stay in the record that handed it out.',
    async run({ provider: { store } }) {
      await store.insert('executions', execution('e-1', { stream_key: 'k' }));
      await store.update('executions', 'e-1', { unset: ['stream_key', 'git_repo'] });
      deepEqual(await store.get('executions', 'e-1'), execution('e-1'), 'the document after unset');
    },
  },
  {
    id: 'store.update.unset-only-those',
    level: 'MUST',
    facet: 'store',
    sentence: 'update sets and unsets different fields in one step.',
    why: 'A key that was rotated would be valid twice, or not at all, for a moment or for good.',
    async run({ provider: { store } }) {
      await store.insert('executions', execution('e-1', { stream_key: 'k', reason: 'r' }));
      await store.update('executions', 'e-1', {
        set: { reason_detail: 'd' },
        unset: ['stream_key'],
        when: { reason: 'r' },
      });
      deepEqual(
        await store.get('executions', 'e-1'),
        execution('e-1', { reason: 'r', reason_detail: 'd' }),
        'the document',
      );
    },
  },
  {
    id: 'store.update.absent',
    level: 'MUST',
    facet: 'store',
    sentence: 'update of a key that is not there resolves to undefined and creates nothing.',
    why: 'An event about a run that was never recorded would make half a record.',
    async run({ provider: { store } }) {
      equal(
        await store.update('executions', 'e-1', { set: { status: 'FAILED' } }),
        undefined,
        'what update resolves to',
      );
      equal(await store.get('executions', 'e-1'), undefined, 'the document that was not there');
    },
  },
  {
    id: 'store.update.indexes-follow',
    level: 'MUST',
    facet: 'store',
    sentence: 'After an update a query finds the document under its new values and no longer under the old ones.',
    why: 'A list of running executions would keep those that have ended.',
    async run({ provider: { store }, harness, until }) {
      await store.insert('executions', execution('e-1'));
      await store.update('executions', 'e-1', { set: { status: 'FAILED', task_ref: 't' } });
      const find = async (index: string, match: Record<string, string>) =>
        (await store.query('executions', { index, match, limit: 10 })).length;
      const settled = async () =>
        (await find('status', { status: 'FAILED' })) === 1 &&
        (await find('task', { task_ref: 't' })) === 1 &&
        (await find('status', { status: 'STARTING' })) === 0;
      if (harness.lag?.query) await until('the indexes to follow an update', settled);
      else equal(await settled(), true, 'whether the indexes have followed');
    },
  },
  {
    id: 'store.update.own-fields-only',
    level: 'MUST',
    facet: 'store',
    sentence: 'Updates of different fields of one document at the same time, from two connections, all stay.',
    why: 'The end of a run would be forgotten when its log was marked complete at the same moment.',
    async run(world) {
      const stores = [world.provider.store, (await world.open()).store];
      const fields = [
        'log_stream_name',
        'task_ref',
        'reason',
        'reason_detail',
        'stop_cause',
        'stopped_by',
        'stream_key',
        'git_ref',
      ];
      await stores[0]!.insert('executions', execution('e-1'));
      await Promise.all(
        fields.map((field, n) => stores[n % 2]!.update('executions', 'e-1', { set: { [field]: field } })),
      );
      const expected = { ...execution('e-1'), ...Object.fromEntries(fields.map((field) => [field, field])) };
      deepEqual(await stores[0]!.get('executions', 'e-1'), expected, 'the document after eight updates at once');
    },
  },
];
