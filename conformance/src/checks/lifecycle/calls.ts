import type { CallOptions, Provider } from '@runvoy/core/provider';
import type { Need } from '../../check.ts';
import type { World } from '../../world.ts';
import { reservation, secret } from '../support/documents.ts';
import { line, readTexts } from '../support/log-text.ts';
import { isAbsent, specOf, templateOf } from '../support/tasks.ts';

/** One method of the contract, called in a way that would go well. */
export interface FacetCall {
  /** `<facet>.<method>` */
  name: string;
  needs?: readonly Need[];
  /** What there must be for the call. */
  before?(world: World): Promise<unknown>;
  invoke(provider: Provider, world: World, call?: CallOptions): Promise<unknown>;
  /** Whether the call has had its effect; absent for methods that only look. */
  hasEffect?(world: World): Promise<boolean>;
}

const id = '0123456789abcdef0123456789abcdef';

export const facetCalls: readonly FacetCall[] = [
  {
    name: 'store.insert',
    invoke: ({ store }, _world, call) => store.insert('secrets', secret('a'), call),
    hasEffect: async ({ provider: { store } }) => (await store.get('secrets', 'a')) !== undefined,
  },
  { name: 'store.get', invoke: ({ store }, _world, call) => store.get('secrets', 'a', call) },
  {
    name: 'store.update',
    before: ({ provider: { store }, clock }) => store.insert('reservations', reservation('r', clock.now() + 1e9)),
    invoke: ({ store }, _world, call) => store.update('reservations', 'r', { set: { holder: 'new' } }, call),
    hasEffect: async ({ provider: { store } }) => (await store.get('reservations', 'r'))?.holder === 'new',
  },
  {
    name: 'store.query',
    invoke: ({ store }, _world, call) => store.query('secrets', { index: 'all', limit: 1 }, call),
  },
  {
    name: 'store.remove',
    before: ({ provider: { store } }) => store.insert('secrets', secret('a')),
    invoke: ({ store }, _world, call) => store.remove('secrets', 'a', call),
    hasEffect: async ({ provider: { store } }) => (await store.get('secrets', 'a')) === undefined,
  },
  {
    name: 'secrets.put',
    invoke: ({ secrets }, _world, call) => secrets.put('a', 'value', {}, call),
    hasEffect: async ({ provider: { secrets } }) => (await secrets.reveal('a')) !== undefined,
  },
  { name: 'secrets.reveal', invoke: ({ secrets }, _world, call) => secrets.reveal('a', call) },
  {
    name: 'secrets.remove',
    before: ({ provider: { secrets } }) => secrets.put('a', 'value'),
    invoke: ({ secrets }, _world, call) => secrets.remove('a', call),
    hasEffect: async ({ provider: { secrets } }) => (await secrets.reveal('a')) === undefined,
  },
  { name: 'secrets.list', invoke: ({ secrets }, _world, call) => secrets.list(call) },
  {
    name: 'tasks.prepare',
    invoke: ({ tasks }, world, call) => tasks.prepare(templateOf(world), call),
    hasEffect: async ({ provider: { tasks } }) => (await tasks.templates()).length > 0,
  },
  {
    name: 'tasks.forget',
    before: (world) => world.provider.tasks.prepare(templateOf(world)),
    invoke: async ({ tasks }, world, call) => {
      const [ref = 'none'] = await world.provider.tasks.templates().catch(() => []);
      return tasks.forget(ref, call);
    },
    hasEffect: async ({ provider: { tasks } }) => (await tasks.templates()).length === 0,
  },
  { name: 'tasks.templates', invoke: ({ tasks }, _world, call) => tasks.templates(call) },
  {
    name: 'tasks.start',
    before: (world) => world.provider.tasks.prepare(templateOf(world)),
    invoke: async (provider, world, call) =>
      provider.tasks.start(await specOf(world, 'true', { executionId: id }), call),
    hasEffect: async (world) => !(await isAbsent(world, id)),
  },
  { name: 'tasks.inspect', invoke: ({ tasks }, _world, call) => tasks.inspect({ executionId: id }, call) },
  { name: 'tasks.stop', invoke: ({ tasks }, _world, call) => tasks.stop({ executionId: id }, call) },
  { name: 'tasks.list', invoke: ({ tasks }, _world, call) => tasks.list(call) },
  {
    name: 'logs.append',
    invoke: ({ logs }, _world, call) => logs.append(id, [line('1', 'one')], { end: true }, call),
    hasEffect: async ({ provider: { logs } }) => (await readTexts(logs, id)).length > 0 || (await logs.ended(id)),
  },
  { name: 'logs.read', invoke: ({ logs }, _world, call) => logs.read(id, {}, call) },
  { name: 'logs.ended', invoke: ({ logs }, _world, call) => logs.ended(id, call) },
  {
    name: 'logs.archive',
    needs: ['archive'],
    invoke: async ({ logs }, _world, call) => logs.archive!(id, call)[Symbol.asyncIterator]().next(),
  },
  {
    name: 'logs.exchange',
    needs: ['logs.exchange'],
    invoke: ({ logs }, _world, call) => logs.exchange!(id, [line('1', 'one')], call),
    hasEffect: async (world) => (await (await world.open()).logs.exchange!(id, [])).held.length > 0,
  },
  { name: 'identities.exists', invoke: ({ identities }, _world, call) => identities.exists('somebody', call) },
  {
    name: 'backendLogs.find',
    needs: ['backendLogs'],
    invoke: ({ backendLogs }, _world, call) => backendLogs!.find(id, call),
  },
  {
    name: 'sockets.push',
    needs: ['sockets'],
    invoke: ({ sockets }, _world, call) => sockets!.push('nobody', 'text', call),
  },
  { name: 'sockets.close', needs: ['sockets'], invoke: ({ sockets }, _world, call) => sockets!.close('nobody', call) },
];
