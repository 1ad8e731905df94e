import { expect, test } from 'vitest';
import { RunvoyError } from '../../src/provider.ts';
import { createTestApi, registerImage } from './support.ts';

test('GET /health is public, with the provider in capitals', async () => {
  const api = await createTestApi();
  const answer = await api.call('GET', '/api/v1/health', { as: 'nobody' });
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ status: 'ok', version: expect.any(String), provider: 'MEMORY', region: 'nowhere' });
});

test('POST /health/reconcile reports; its body is not read', async () => {
  const api = await createTestApi();
  await registerImage(api);
  const answer = await api.call('POST', '/api/v1/health/reconcile', { rawBody: 'not json' });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ status: 'ok', report: { compute_status: { total_resources: 1 }, issues: [] } });
});

test('a reconciliation that fails has upstream’s words', async () => {
  const api = await createTestApi({
    change: (runvoy) => ({
      ...runvoy,
      health: { reconcile: () => Promise.reject(new RunvoyError('SERVICE_UNAVAILABLE', 'the cloud does not answer')) },
    }),
  });
  const answer = await api.call('POST', '/api/v1/health/reconcile');
  expect(answer.status).toBe(503);
  expect(answer.json).toMatchObject({
    error: 'failed to reconcile resources',
    code: 'SERVICE_UNAVAILABLE',
    details: 'the cloud does not answer',
  });
});

test('GET /trace/{request id}: lines by time with upstream’s ids, and what the request made', async () => {
  const entries = [
    { time: 1_700_000_000_999, text: 'second' },
    { time: 1_700_000_000_123, text: 'hello' },
  ];
  const api = await createTestApi({
    change: (runvoy) => ({
      ...runvoy,
      trace: {
        find: async (requestId, context) => ({ ...(await runvoy.trace.find(requestId, context)), logs: entries }),
      },
    }),
  });
  const headers = { 'X-Request-Id': 'the-request' };
  await api.call('POST', '/api/v1/images/register', { body: { image: 'alpine', is_default: true }, headers });
  await api.call('POST', '/api/v1/secrets', { body: { name: 's', key_name: 'S', value: 'hidden-value' }, headers });
  await api.call('POST', '/api/v1/run', { body: { command: 'true' }, headers });
  const answer = await api.call('GET', '/api/v1/trace/the-request');
  expect(answer.status).toBe(200);
  expect(answer.json.logs).toEqual([
    { event_id: 'b182f1297a669085', timestamp: 1_700_000_000_123, message: 'hello' },
    { event_id: expect.stringMatching(/^[0-9a-f]{16}$/), timestamp: 1_700_000_000_999, message: 'second' },
  ]);
  const related = answer.json.related_resources;
  expect(related.executions).toMatchObject([{ command: 'true' }]);
  expect(related.images).toMatchObject([{ image: 'alpine' }]);
  expect(related.secrets).toMatchObject([{ name: 's' }]);
  expect(answer.text).not.toContain('hidden-value');
});

test('a request that left nothing: null, and no resources', async () => {
  const api = await createTestApi();
  expect((await api.call('GET', '/api/v1/trace/never-happened')).json).toEqual({ logs: null, related_resources: {} });
});
