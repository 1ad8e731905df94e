import { describe, expect, test } from 'vitest';
import { createTestApi, emailOf } from './support.ts';

describe('GET /users', () => {
  test('all users by e-mail address, without keys', async () => {
    const api = await createTestApi();
    await api.call('POST', '/api/v1/users/revoke', { body: { email: emailOf('viewer') } });
    const { status, json, text } = await api.call('GET', '/api/v1/users');
    expect(status).toBe(200);
    expect(json.users.map((user: { email: string }) => user.email)).toEqual([
      'admin@example.com',
      'developer@example.com',
      'operator@example.com',
      'viewer@example.com',
    ]);
    expect(json.users[3]).toMatchObject({ role: 'viewer', revoked: true, created_by_request_id: '' });
    expect(json.users[0].created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(text).not.toContain('key-of-');
    expect(text).not.toContain('api_key');
  });
});

describe('POST /users/create', () => {
  test('invites; the claim gives the key once', async () => {
    const api = await createTestApi();
    const created = await api.call('POST', '/api/v1/users/create', {
      body: { email: 'ana@example.com', role: 'developer' },
    });
    expect(created.status).toBe(201);
    expect(created.json.user).toMatchObject({ email: 'ana@example.com', role: 'developer', pending: true });

    const token = created.json.claim_token;
    const claimed = await api.call('GET', `/api/v1/claim/${token}`, {
      as: 'nobody',
      info: { clientAddress: '192.0.2.1' },
    });
    expect(claimed.status).toBe(200);
    expect(claimed.json).toEqual({
      api_key: expect.stringMatching(/^[\w-]{32}$/),
      user_email: 'ana@example.com',
      message: 'API key claimed successfully',
    });
    expect((await api.call('GET', '/api/v1/whoami', { as: { key: claimed.json.api_key } })).json.role).toBe(
      'developer',
    );

    const again = await api.call('GET', `/api/v1/claim/${token}`, { as: 'nobody' });
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ error: 'failed to claim API key', code: 'CONFLICT' });
  });

  test('errors of upstream, with their texts', async () => {
    const api = await createTestApi();
    const cases: [body: unknown, status: number, code: string, details: string | RegExp, field?: string][] = [
      [{}, 400, 'INVALID_REQUEST', /^email is required/, 'email'],
      [{ email: '', role: 'viewer' }, 400, 'INVALID_REQUEST', /^email is required/, 'email'],
      [{ email: 'ana@example.com' }, 400, 'INVALID_REQUEST', 'role is required', 'role'],
      [
        { email: 'ana@example.com', role: 'king' },
        400,
        'INVALID_REQUEST',
        /^invalid role, must be one of: admin, operator, developer, viewer/,
        'role',
      ],
      [{ email: 'Ana <ana@example.com>', role: 'viewer' }, 400, 'INVALID_REQUEST', /bare e-mail address/, 'email'],
      [
        { email: 'ana@example.com', role: 'viewer', api_key: 'weak' },
        400,
        'INVALID_REQUEST',
        /api_key must be 24/,
        'api_key',
      ],
      [{ email: emailOf('viewer'), role: 'viewer' }, 409, 'CONFLICT', /user with this email already exists/],
    ];
    for (const [body, status, code, details, field] of cases) {
      const answer = await api.call('POST', '/api/v1/users/create', { body });
      expect([body, answer.status]).toEqual([body, status]);
      expect(answer.json).toMatchObject({ error: 'failed to create user', code });
      if (details instanceof RegExp) expect(answer.json.details).toMatch(details);
      else expect(answer.json.details).toBe(details);
      if (field) expect(answer.json.field).toBe(field);
    }
    expect((await api.call('GET', '/api/v1/users')).json.users).toHaveLength(4);
  });
});

describe('POST /users/revoke, rotate, role', () => {
  test('revoking twice is no error', async () => {
    const api = await createTestApi();
    for (let time = 0; time < 2; time++) {
      const answer = await api.call('POST', '/api/v1/users/revoke', { body: { email: emailOf('viewer') } });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ message: 'user API key revoked successfully', email: 'viewer@example.com' });
    }
  });

  test('unknown users are 404, missing addresses 400', async () => {
    const api = await createTestApi();
    for (const [path, error] of [
      ['revoke', 'failed to revoke user'],
      ['rotate', 'failed to rotate API key'],
      ['role', 'failed to change role'],
    ] as const) {
      const unknown = await api.call('POST', `/api/v1/users/${path}`, {
        body: { email: 'no@example.com', role: 'viewer' },
      });
      expect(unknown.status).toBe(404);
      expect(unknown.json).toMatchObject({ error, code: 'NOT_FOUND', details: 'user not found' });
      const missing = await api.call('POST', `/api/v1/users/${path}`, { body: { role: 'viewer' } });
      expect(missing.status).toBe(400);
      expect(missing.json).toMatchObject({
        error,
        code: 'INVALID_REQUEST',
        details: 'email is required',
        field: 'email',
      });
    }
  });

  test('a rotated key is claimed like a first one', async () => {
    const api = await createTestApi();
    const rotated = await api.call('POST', '/api/v1/users/rotate', { body: { email: emailOf('operator') } });
    expect(rotated.status).toBe(201);
    const claimed = await api.call('GET', `/api/v1/claim/${rotated.json.claim_token}`, { as: 'nobody' });
    expect(claimed.json.user_email).toBe(emailOf('operator'));
  });
});

describe('GET /claim/{token}', () => {
  test('an unknown token is 404, a blank one 400', async () => {
    const api = await createTestApi();
    const unknown = await api.call('GET', '/api/v1/claim/no-such-token', { as: 'nobody' });
    expect(unknown.status).toBe(404);
    expect(unknown.json).toMatchObject({
      error: 'failed to claim API key',
      code: 'NOT_FOUND',
      details: 'invalid or expired token',
    });
    const blank = await api.call('GET', '/api/v1/claim/%20', { as: 'nobody' });
    expect(blank.status).toBe(400);
    expect(blank.json).toMatchObject({ error: 'invalid token', code: 'INVALID_REQUEST', details: 'token is required' });
  });
});
