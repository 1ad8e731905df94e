import { expect, test } from 'vitest';
import { createTestApi } from './support.ts';

const body = { name: 'db-password', key_name: 'DB_PASSWORD', value: 's3cr3t', description: 'of the database' };

test('create, read, list, update, delete', async () => {
  const api = await createTestApi();
  const created = await api.call('POST', '/api/v1/secrets', { body });
  expect(created.status).toBe(201);
  expect(created.json).toEqual({ message: 'Secret created successfully' });

  const read = await api.call('GET', '/api/v1/secrets/db-password');
  expect(read.status).toBe(200);
  expect(read.json.secret).toMatchObject({ ...body, created_by: 'admin@example.com', owned_by: ['admin@example.com'] });
  expect((await api.call('GET', '/api/v1/secrets')).json).toEqual({ secrets: [read.json.secret], total: 1 });

  const updated = await api.call('PUT', '/api/v1/secrets/db-password', {
    body: { value: 'new', key_name: '', description: '' },
  });
  expect(updated.status).toBe(200);
  expect(updated.json).toEqual({ message: 'Secret updated successfully' });
  const after = (await api.call('GET', '/api/v1/secrets/db-password')).json.secret;
  expect(after).toMatchObject({ key_name: 'DB_PASSWORD', value: 'new', description: 'of the database' });

  const removed = await api.call('DELETE', '/api/v1/secrets/db-password');
  expect(removed.status).toBe(200);
  expect(removed.json).toEqual({ name: 'db-password', message: 'Secret deleted successfully' });
  expect((await api.call('GET', '/api/v1/secrets')).json).toEqual({ secrets: [], total: 0 });
});

test('a list without values', async () => {
  const api = await createTestApi();
  await api.call('POST', '/api/v1/secrets', { body });
  const { json } = await api.call('GET', '/api/v1/secrets?values=false');
  expect(json.total).toBe(1);
  expect(json.secrets[0]).toMatchObject({ name: 'db-password', key_name: 'DB_PASSWORD' });
  expect(json.secrets[0]).not.toHaveProperty('value');
  expect((await api.call('GET', '/api/v1/secrets?values=true')).json.secrets[0].value).toBe('s3cr3t');
});

test('a name that exists is a conflict, and its secret stays as it is', async () => {
  const api = await createTestApi();
  await api.call('POST', '/api/v1/secrets', { body });
  const again = await api.call('POST', '/api/v1/secrets', { as: 'developer', body: { ...body, value: 'poison' } });
  expect(again.status).toBe(409);
  expect(again.json).toMatchObject({
    error: 'secret already exists',
    code: 'SECRET_ALREADY_EXISTS',
    details: 'secret already exists',
  });
  expect((await api.call('GET', '/api/v1/secrets/db-password')).json.secret.value).toBe('s3cr3t');
});

test('a secret that is not there is 404, for every method', async () => {
  const api = await createTestApi();
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await api.call(method, '/api/v1/secrets/nope', method === 'PUT' ? { body: { value: 'x' } } : {});
    expect([method, answer.status]).toEqual([method, 404]);
    expect(answer.json).toMatchObject({
      error: 'secret not found',
      code: 'SECRET_NOT_FOUND',
      details: 'secret not found',
    });
  }
});

test('wrong fields are 400 and name the field, without repeating the value', async () => {
  const api = await createTestApi();
  const cases: [Record<string, unknown>, string][] = [
    [{}, 'name'],
    [{ ...body, name: '' }, 'name'],
    [{ ...body, name: '../x' }, 'name'],
    [{ ...body, key_name: 'BAD-NAME' }, 'key_name'],
    [{ ...body, key_name: '1ST' }, 'key_name'],
    [{ ...body, value: 'v'.repeat(65_537) }, 'value'],
    [{ ...body, value: { hidden: 'hunter2' } }, 'value'],
  ];
  for (const [wrong, field] of cases) {
    const answer = await api.call('POST', '/api/v1/secrets', { body: wrong });
    expect([field, answer.status, answer.json.field]).toEqual([field, 400, field]);
    expect(answer.text).not.toContain('hunter2');
  }
  expect((await api.call('GET', '/api/v1/secrets')).json.total).toBe(0);
});
