import { describe, expect, test } from 'vitest';
import { clientAddressOf } from '../../src/http/client-address.ts';
import { MemoryFailure } from '../support/memory-provider.ts';
import { createTestApi } from './support.ts';

describe('rate limits', () => {
  test('each key has its own', async () => {
    const api = await createTestApi({ settings: { requestsPerSecond: 0.3 } });
    for (let request = 0; request < 3; request++)
      expect((await api.call('GET', '/api/v1/executions', { as: 'viewer' })).status).toBe(200);
    const refused = await api.call('GET', '/api/v1/executions', { as: 'viewer' });
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ error: 'Too many requests', code: 'RATE_LIMITED' });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(10);
    expect((await api.call('GET', '/api/v1/executions', { as: 'operator' })).status).toBe(200);
  });

  test('failing and public requests count for their address, and never block those with a valid key', async () => {
    const api = await createTestApi({ settings: { requestsPerSecond: 0.3 } });
    const from = (clientAddress: string, as: 'admin' | { key: string } = { key: 'wrong' }) =>
      api.call('GET', '/api/v1/executions', { as, info: { clientAddress } });
    for (let request = 0; request < 3; request++) expect((await from('192.0.2.1')).status).toBe(401);
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.2')).status).toBe(401);
    expect((await from('192.0.2.1', 'admin')).status).toBe(200);
    const claim = await api.call('GET', '/api/v1/claim/x', { as: 'nobody', info: { clientAddress: '192.0.2.1' } });
    expect(claim.status).toBe(429);
  });

  test('an embedded caller has none', async () => {
    const api = await createTestApi({ settings: { requestsPerSecond: 0.1 } });
    const info = { principal: { email: 'me@localhost', role: 'admin' } };
    for (let request = 0; request < 5; request++)
      expect((await api.call('GET', '/api/v1/executions', { as: 'nobody', info })).status).toBe(200);
  });
});

describe('clientAddressOf', () => {
  test.each([
    ['no proxy: the header is the client’s own claim', '198.51.100.9', '1.2.3.4', 0, '198.51.100.9'],
    ['one proxy: its entry is the last', '10.0.0.1', '1.2.3.4, 198.51.100.9', 1, '198.51.100.9'],
    ['two proxies', '10.0.0.1', '1.2.3.4, 198.51.100.9, 10.0.0.2', 2, '198.51.100.9'],
    ['no header', '10.0.0.1', null, 1, '10.0.0.1'],
    ['fewer entries than proxies', '10.0.0.1', '198.51.100.9', 2, '10.0.0.1'],
    ['an empty entry', '10.0.0.1', '1.2.3.4, ', 1, '10.0.0.1'],
  ])('%s', (_, connection, header, proxies, address) => {
    expect(clientAddressOf(connection, header, proxies)).toBe(address);
  });

  test('is what a claim records', async () => {
    const api = await createTestApi({ settings: { trustedProxies: 1 } });
    const { json } = await api.call('POST', '/api/v1/users/create', {
      body: { email: 'ana@example.com', role: 'viewer' },
    });
    await api.call('GET', `/api/v1/claim/${json.claim_token}`, {
      as: 'nobody',
      headers: { 'X-Forwarded-For': '6.6.6.6, 198.51.100.9' },
      info: { clientAddress: '10.0.0.1' },
    });
    const claim = await api.provider.store.get('claims', json.claim_token);
    expect(claim?.viewed_from_ip).toBe('198.51.100.9');
  });
});

describe('time', () => {
  test('a request that takes too long is answered, and its work is told to stop', async () => {
    let signal: AbortSignal | undefined;
    const api = await createTestApi({
      settings: { requestTimeoutSeconds: 0.05 },
      change: (runvoy) => ({
        ...runvoy,
        executions: {
          ...runvoy.executions,
          list: (_, context) => {
            signal = context.signal;
            return new Promise(() => {});
          },
        },
      }),
    });
    const answer = await api.call('GET', '/api/v1/executions');
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ error: 'failed to list executions', code: 'SERVICE_UNAVAILABLE' });
    expect(answer.json.details).toMatch(/longer than 0.05 s/);
    expect(signal!.aborted).toBe(true);
  });

  test('a caller that goes away ends the work for it', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const api = await createTestApi({
      change: (runvoy) => ({
        ...runvoy,
        executions: {
          ...runvoy.executions,
          list: (_, context) =>
            new Promise((_resolve, reject) => {
              started.resolve(context.signal!);
              context.signal!.addEventListener('abort', () => reject(context.signal!.reason));
            }),
        },
      }),
    });
    const caller = new AbortController();
    const info = { principal: { email: 'a@b.c', role: 'admin' } };
    const request = new Request('http://runvoy.test/api/v1/executions', { signal: caller.signal });
    const response = api.app.fetch(request, info);
    const signal = await started.promise;
    caller.abort();
    expect((await response).status).toBe(499);
    expect(signal.aborted).toBe(true);
  });
});

describe('what breaks inside', () => {
  test('is logged with the request id and not shown', async () => {
    const api = await createTestApi({
      change: (runvoy) => ({
        ...runvoy,
        images: { ...runvoy.images, list: () => Promise.reject(new TypeError('undefined is not hunter2')) },
      }),
    });
    const answer = await api.call('GET', '/api/v1/images', { headers: { 'X-Request-Id': 'broken-request' } });
    expect(answer.status).toBe(500);
    expect(answer.json).toMatchObject({
      error: 'failed to list images',
      code: 'INTERNAL_ERROR',
      request_id: 'broken-request',
    });
    expect(answer.text).not.toContain('hunter2');
    expect(answer.json.remedy).toContain('runvoy trace broken-request');
    const [logged] = api.logged.filter(({ level }) => level === 'error');
    expect(logged!.fields).toMatchObject({ request_id: 'broken-request', code: 'INTERNAL_ERROR' });
    expect(String(logged!.fields.error)).toContain('hunter2');
  });

  test('a provider’s raw error is neither shown', async () => {
    const api = await createTestApi();
    api.provider.control.fail('store.query', new MemoryFailure('DATABASE_ERROR', 'dsn=postgres://u:hunter2@h'), 10);
    const answer = await api.call('GET', '/api/v1/executions');
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ error: 'failed to list executions', code: 'DATABASE_ERROR' });
    expect(answer.text).not.toContain('hunter2');
  });
});
