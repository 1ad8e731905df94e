import { describe, expect, test } from 'vitest';
import { createTestApi, registerImage, run } from './support.ts';

describe('CORS', () => {
  test('answers OPTIONS on any path before authentication, with no body', async () => {
    const api = await createTestApi();
    for (const path of ['/api/v1/run', '/api/v1/users/create', '/nowhere']) {
      const answer = await api.call('OPTIONS', path, { as: 'nobody', headers: { Origin: 'https://web.runvoy.site' } });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('');
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE, OPTIONS');
      expect(answer.headers.get('access-control-allow-headers')).toBe('Content-Type, X-API-Key');
      expect(answer.headers.get('access-control-max-age')).toBe('3600');
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://web.runvoy.site');
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  test('allows listed origins only, whether the list ends them with a slash or not, and on errors too', async () => {
    const api = await createTestApi();
    const originFor = async (origin: string, as: 'admin' | 'nobody' = 'admin') => {
      const answer = await api.call('GET', '/api/v1/executions', { as, headers: { Origin: origin } });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await originFor('http://localhost:5173')).toBe('http://localhost:5173');
    expect(await originFor('http://localhost:5173', 'nobody')).toBe('http://localhost:5173');
    expect(await originFor('http://localhost:4173')).toBeNull();
    expect(await originFor('https://evil.example')).toBeNull();
  });

  test('a star in the list allows every origin by its name', async () => {
    const api = await createTestApi({ settings: { corsOrigins: ['*'] } });
    const answer = await api.call('GET', '/api/v1/health', {
      as: 'nobody',
      headers: { Origin: 'https://any.example' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://any.example');
    expect(answer.headers.get('access-control-expose-headers')).toBe('X-Request-Id, X-Next-Cursor, Retry-After');
  });
});

describe('routing', () => {
  test('an unknown path is 404, as JSON', async () => {
    const api = await createTestApi();
    for (const path of ['/nothing', '/api/v1', '/api/v2/health', '/api/v1/executions/x', '/api/v1/nothing']) {
      const answer = await api.call('GET', path === '/api/v1/executions/x' ? '/api/v1/executions/x/y' : path);
      expect(answer.status).toBe(404);
      expect(answer.json).toMatchObject({ error: 'not found', code: 'NOT_FOUND' });
    }
  });

  test('a wrong method is 405 and says which are right', async () => {
    const api = await createTestApi();
    const cases: [string, string, string][] = [
      ['GET', '/api/v1/run', 'POST, OPTIONS'],
      ['HEAD', '/api/v1/health', 'GET, OPTIONS'],
      ['PATCH', '/api/v1/secrets/x', 'GET, PUT, DELETE, OPTIONS'],
      ['DELETE', '/api/v1/secrets/', 'GET, POST, OPTIONS'],
      ['GET', '/api/v1/executions/abc', 'DELETE, OPTIONS'],
    ];
    for (const [method, path, allow] of cases) {
      const answer = await api.call(method, path);
      expect([method, path, answer.status]).toEqual([method, path, 405]);
      expect(answer.headers.get('allow')).toBe(allow);
      if (method !== 'HEAD') expect(answer.json).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    }
    expect((await api.call('HEAD', '/nowhere')).status).toBe(404);
  });

  test('a slash at the end makes no difference, nor to who may', async () => {
    const api = await createTestApi();
    for (const path of ['/users', '/images', '/secrets', '/executions']) {
      for (const role of ['admin', 'operator', 'developer', 'viewer'] as const) {
        const bare = await api.call('GET', `/api/v1${path}`, { as: role });
        const slashed = await api.call('GET', `/api/v1${path}/`, { as: role });
        expect([path, role, slashed.status]).toEqual([path, role, bare.status]);
      }
    }
  });

  test('image names are found with their slashes as they are, and percent-encoded', async () => {
    const api = await createTestApi();
    const id = await registerImage(api, 'hashicorp/terraform:1.6');
    for (const name of [
      'hashicorp/terraform:1.6',
      'hashicorp%2Fterraform:1.6',
      'hashicorp%2fterraform%3A1.6',
      `${id}/`,
    ]) {
      const answer = await api.call('GET', `/api/v1/images/${name}`);
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.json.image_id).toBe(id);
    }
    const nonsense = await api.call('GET', '/api/v1/images/%zz%ff');
    expect(nonsense.status).toBe(404);
  });

  test('secret names may hold slashes', async () => {
    const api = await createTestApi();
    await api.call('POST', '/api/v1/secrets', { body: { name: 'team/db', key_name: 'DB', value: 'v' } });
    for (const name of ['team/db', 'team%2Fdb'])
      expect((await api.call('GET', `/api/v1/secrets/${name}`)).json.secret).toMatchObject({
        name: 'team/db',
        value: 'v',
      });
  });
});

describe('every response', () => {
  test('is JSON that ends with a newline, is not cached or sniffed, and has the request id', async () => {
    const api = await createTestApi();
    for (const [path, as] of [
      ['/api/v1/health', 'nobody'],
      ['/api/v1/users', 'admin'],
      ['/api/v1/users', 'nobody'],
      ['/api/v1/nothing', 'nobody'],
      ['/api/v1/images', 'viewer'],
    ] as const) {
      const answer = await api.call('GET', path, { as });
      expect(answer.text.endsWith('}\n')).toBe(true);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
      if (answer.status >= 400) expect(answer.json.request_id).toBe(answer.headers.get('x-request-id'));
    }
  });

  test('keeps a request id that the caller sent, if it is one', async () => {
    const api = await createTestApi();
    const idFor = async (sent: string) =>
      (await api.call('GET', '/api/v1/health', { headers: { 'X-Request-Id': sent } })).headers.get('x-request-id');
    expect(await idFor('build-1234.retry_2')).toBe('build-1234.retry_2');
    for (const bad of ['short', 'x'.repeat(65), 'has space in it', 'quote"quote"', 'ümlaut-ümlaut'])
      expect(await idFor(bad)).toMatch(/^[0-9a-f]{32}$/);
  });

  test('the id of the platform goes before that of the caller, and is stored with what the request makes', async () => {
    const api = await createTestApi();
    await registerImage(api);
    const answer = await api.call('POST', '/api/v1/run', {
      body: { command: 'true' },
      headers: { 'X-Request-Id': 'callers-own-id' },
      info: { requestId: 'platform-id-1' },
    });
    expect(answer.headers.get('x-request-id')).toBe('platform-id-1');
    const [execution] = (await api.call('GET', '/api/v1/executions')).json;
    expect(execution.created_by_request_id).toBe('platform-id-1');
  });
});

describe('the access log', () => {
  test('has one line a request, with no key and no query', async () => {
    const api = await createTestApi();
    await registerImage(api);
    const id = await run(api, 'developer');
    api.logged.length = 0;
    await api.call('GET', `/api/v1/executions/${id}/logs?limit=5&after=`, {
      as: 'developer',
      headers: { 'X-Request-Id': 'request-0001' },
      info: { clientAddress: '192.0.2.7' },
    });
    expect(api.logged).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          request_id: 'request-0001',
          method: 'GET',
          route: '/api/v1/executions/:id/logs',
          status: 200,
          duration_ms: expect.any(Number),
          user: 'developer@example.com',
          client_address: '192.0.2.7',
        },
      },
    ]);
  });

  test('also for what no route takes, without its path', async () => {
    const api = await createTestApi();
    await api.call('GET', '/api/v1/claims/secret-token', { headers: { 'X-Request-Id': 'request-0002' } });
    expect(api.logged).toEqual([
      { level: 'info', message: 'request', fields: { request_id: 'request-0002', method: 'GET', status: 404 } },
    ]);
  });
});
