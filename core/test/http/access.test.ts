import { describe, expect, test } from 'vitest';
import { createTestApi, registerImage, roles, run } from './support.ts';

/** The matrix of runvoy-api.md §3 on normalised paths: who gets past access control, in the order of `roles`. */
const matrix: [method: string, path: string, admin: boolean, operator: boolean, developer: boolean, viewer: boolean][] =
  [
    ['POST', '/run', true, true, true, false],
    ['GET', '/executions', true, true, true, true],
    ['GET', '/executions/', true, true, true, true],
    ['GET', '/executions/{execution}/logs', true, true, false, false],
    ['GET', '/executions/{execution}/status', true, true, false, false],
    ['DELETE', '/executions/{execution}', true, true, false, false],
    ['GET', '/users', true, true, false, false],
    ['GET', '/users/', true, true, false, false],
    ['POST', '/users/create', true, false, false, false],
    ['POST', '/users/revoke', true, false, false, false],
    ['POST', '/users/rotate', true, false, false, false],
    ['POST', '/users/role', true, false, false, false],
    ['GET', '/images', true, true, false, false],
    ['GET', '/images/{image}', true, true, false, false],
    ['DELETE', '/images/{image}', true, true, false, false],
    ['POST', '/images/register', true, true, false, false],
    ['GET', '/secrets', true, true, false, false],
    ['GET', '/secrets/{secret}', true, true, false, false],
    ['POST', '/secrets', true, true, true, false],
    ['PUT', '/secrets/{secret}', true, true, true, false],
    ['DELETE', '/secrets/{secret}', true, true, true, false],
    ['POST', '/health/reconcile', true, true, false, false],
    ['GET', '/trace/some-request-id', true, false, false, false],
    ['GET', '/whoami', true, true, true, true],
  ];

describe('roles', () => {
  test.each(matrix)('%s %s', async (method, template, ...allowed) => {
    for (const [index, role] of roles.entries()) {
      const api = await createTestApi();
      const image = await registerImage(api);
      const execution = await run(api, 'admin');
      await api.call('POST', '/api/v1/secrets', { body: { name: 's1', key_name: 'S1', value: 'v' } });
      const path = template.replace('{execution}', execution).replace('{image}', image).replace('{secret}', 's1');
      const answer = await api.call(method, `/api/v1${path}`, {
        as: role,
        ...(method === 'POST' || method === 'PUT' ? { body: {} } : {}),
      });
      expect([role, answer.status === 403]).toEqual([role, !allowed[index]]);
      if (answer.status !== 403) continue;
      const action = { GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' }[method];
      expect(answer.json).toMatchObject({
        error: 'Forbidden',
        code: 'FORBIDDEN',
        details: `you do not have permission to ${action} this resource`,
      });
    }
  });
});

describe('owners', () => {
  test('read, follow and stop their own executions', async () => {
    const api = await createTestApi();
    await registerImage(api);
    const own = await run(api, 'developer');
    for (const path of ['status', 'logs'])
      expect((await api.call('GET', `/api/v1/executions/${own}/${path}`, { as: 'developer' })).status).toBe(200);
    expect((await api.call('DELETE', `/api/v1/executions/${own}`, { as: 'developer' })).status).toBe(200);
  });

  test('read their own secrets, not those of others', async () => {
    const api = await createTestApi();
    await api.call('POST', '/api/v1/secrets', { as: 'developer', body: { name: 'mine', key_name: 'A', value: 'v1' } });
    await api.call('POST', '/api/v1/secrets', { as: 'admin', body: { name: 'theirs', key_name: 'B', value: 'v2' } });
    const mine = await api.call('GET', '/api/v1/secrets/mine', { as: 'developer' });
    expect(mine.json.secret.value).toBe('v1');
    expect((await api.call('GET', '/api/v1/secrets/theirs', { as: 'developer' })).status).toBe(403);
  });

  test('who may not read a thing is told the same whether it exists or not', async () => {
    const api = await createTestApi();
    const image = await registerImage(api);
    const execution = await run(api, 'admin');
    await api.call('POST', '/api/v1/secrets', { body: { name: 's1', key_name: 'S1', value: 'v' } });
    const absent = 'f'.repeat(32);
    for (const [there, notThere] of [
      [`/executions/${execution}/status`, `/executions/${absent}/status`],
      [`/executions/${execution}/logs`, `/executions/${absent}/logs`],
      [`/images/${image}`, '/images/busybox:latest'],
      ['/secrets/s1', '/secrets/s2'],
    ]) {
      const [real, made] = await Promise.all(
        [there, notThere].map((path) =>
          api.call('GET', `/api/v1${path}`, { as: 'viewer', headers: { 'X-Request-Id': 'same-request-id' } }),
        ),
      );
      expect(real!.status).toBe(403);
      expect(made!.text).toBe(real!.text);
      expect((await api.call('GET', `/api/v1${notThere}`, { as: 'operator' })).status).toBe(404);
    }
  });
});
