import { expect, test } from 'vitest';
import { MemoryFailure } from '../support/memory-provider.ts';
import { createTestApi, emailOf, keyOf } from './support.ts';

test('no key, an unknown one, a revoked one: 401, each with its code', async () => {
  const api = await createTestApi();
  const missing = await api.call('GET', '/api/v1/executions', { as: 'nobody' });
  expect(missing.status).toBe(401);
  expect(missing.json).toMatchObject({ error: 'Unauthorized', code: 'UNAUTHORIZED', details: 'API key is required' });

  const empty = await api.call('GET', '/api/v1/executions', { as: 'nobody', headers: { 'X-API-Key': '' } });
  expect(empty.json).toMatchObject({ code: 'UNAUTHORIZED', details: 'API key is required' });

  const unknown = await api.call('GET', '/api/v1/executions', { as: { key: 'no-such-key' } });
  expect(unknown.status).toBe(401);
  expect(unknown.json).toMatchObject({ error: 'Unauthorized', code: 'INVALID_API_KEY', details: 'Invalid API key' });

  await api.call('POST', '/api/v1/users/revoke', { body: { email: emailOf('viewer') } });
  const revoked = await api.call('GET', '/api/v1/executions', { as: 'viewer' });
  expect(revoked.status).toBe(401);
  expect(revoked.json).toMatchObject({
    error: 'Unauthorized',
    code: 'API_KEY_REVOKED',
    details: 'API key has been revoked',
  });
});

test('who is not known learns nothing of paths, methods of access or bodies', async () => {
  const api = await createTestApi();
  const answer = await api.call('POST', '/api/v1/users/create', { as: 'nobody', rawBody: '{not json' });
  expect(answer.status).toBe(401);
});

test('a store that does not answer: 503, nothing of its error', async () => {
  const api = await createTestApi();
  api.provider.control.fail(
    'store.get',
    new MemoryFailure('DATABASE_ERROR', 'ECONNREFUSED 10.0.0.3 password=hunter2'),
    10,
  );
  const answer = await api.call('GET', '/api/v1/executions');
  expect(answer.status).toBe(503);
  expect(answer.json).toMatchObject({
    error: 'Server error',
    code: 'DATABASE_ERROR',
    details: 'failed to get user by API key hash',
  });
  expect(answer.text).not.toContain('hunter2');
});

test('a principal given by the platform needs no key', async () => {
  const api = await createTestApi();
  const info = { principal: { email: 'me@localhost', role: 'admin' } };
  const answer = await api.call('GET', '/api/v1/whoami', { as: 'nobody', info });
  expect(answer.json).toEqual({
    email: 'me@localhost',
    role: 'admin',
    provider: 'MEMORY',
    version: expect.any(String),
  });
});

test('every role may ask who it is, and have a new key', async () => {
  const api = await createTestApi();
  for (const role of ['admin', 'operator', 'developer', 'viewer'] as const) {
    const { json } = await api.call('GET', '/api/v1/whoami', { as: role });
    expect(json).toMatchObject({ email: emailOf(role), role });
  }
  const rotated = await api.call('POST', '/api/v1/whoami/rotate', { as: 'viewer' });
  expect(rotated.status).toBe(201);
  expect(rotated.json.user.email).toBe(emailOf('viewer'));
  // The old key works until the new one is claimed.
  expect((await api.call('GET', '/api/v1/whoami', { as: 'viewer' })).status).toBe(200);
  const claimed = await api.call('GET', `/api/v1/claim/${rotated.json.claim_token}`, { as: 'nobody' });
  expect(claimed.status).toBe(200);
  expect(claimed.json.api_key).not.toBe(keyOf('viewer'));
  expect((await api.call('GET', '/api/v1/whoami', { as: { key: claimed.json.api_key } })).json.role).toBe('viewer');
  expect((await api.call('GET', '/api/v1/whoami', { as: 'viewer' })).status).toBe(401);
});

test('a change of role counts from the next request on', async () => {
  const api = await createTestApi();
  expect((await api.call('GET', '/api/v1/images', { as: 'viewer' })).status).toBe(403);
  const changed = await api.call('POST', '/api/v1/users/role', {
    body: { email: emailOf('viewer'), role: 'operator' },
  });
  expect(changed.status).toBe(200);
  expect(changed.json).toMatchObject({ email: emailOf('viewer'), role: 'operator' });
  expect((await api.call('GET', '/api/v1/images', { as: 'viewer' })).status).toBe(200);
});
