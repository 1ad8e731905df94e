import { expect, it } from 'vitest';
import { createSecrets } from '../../src/secrets/secrets.ts';
import { createTrace } from '../../src/trace/trace.ts';
import { contextOf } from '../support/context.ts';
import { executionOf } from '../support/execution-of.ts';
import { failureOf } from '../support/failure-of.ts';
import { createMemoryProvider } from '../support/memory-provider.ts';

const asker = contextOf();

it('gathers what a request logged, created and modified', async () => {
  const provider = createMemoryProvider();
  const { store, backendLogs } = provider;
  const request = contextOf();
  const { requestId } = request;
  await createSecrets({ provider, now: Date.now }).create({ name: 's', keyName: 'S', value: 'hidden' }, request);
  await createSecrets({ provider, now: Date.now }).create({ name: 'other', keyName: 'S', value: 'x' }, asker);
  await store.insert('executions', executionOf('created', { created_by_request_id: requestId }));
  await store.insert(
    'executions',
    executionOf('both', { created_by_request_id: requestId, modified_by_request_id: requestId }),
  );
  await store.insert('executions', executionOf('modified', { modified_by_request_id: requestId }));
  await store.insert('executions', executionOf('other', { modified_by_request_id: 'another' }));
  backendLogs?.write?.(JSON.stringify({ time: 3000, request_id: requestId, msg: 'last' }));
  backendLogs?.write?.(JSON.stringify({ time: '1970-01-01T00:00:02Z', request_id: requestId, msg: 'middle' }));
  backendLogs?.write?.(JSON.stringify({ time: 1000, request_id: requestId, msg: 'first' }));
  backendLogs?.write?.(JSON.stringify({ time: 1000, request_id: 'another', msg: 'not mine' }));
  backendLogs?.write?.(`not JSON, but with ${requestId}`);

  const found = await createTrace({ provider }).find(requestId, asker);
  expect(found.logs.map(({ time, text }) => [time, JSON.parse(text).msg])).toEqual([
    [1000, 'first'],
    [2000, 'middle'],
    [3000, 'last'],
  ]);
  expect(found.executions.map((execution) => execution.execution_id).sort()).toEqual(['both', 'created', 'modified']);
  expect(found.secrets).toMatchObject([{ secret_name: 's' }]);
  expect(JSON.stringify(found)).not.toContain('hidden');
  expect(found).toMatchObject({ users: [], images: [] });
});

it('finds nothing for an unknown id, and needs one', async () => {
  const provider = createMemoryProvider();
  const trace = createTrace({ provider: { store: provider.store } });
  expect(await trace.find('nobody', asker)).toEqual({ logs: [], executions: [], secrets: [], users: [], images: [] });
  expect(await failureOf(trace.find(' ', asker))).toMatchObject({ code: 'INVALID_REQUEST', field: 'request_id' });
});
