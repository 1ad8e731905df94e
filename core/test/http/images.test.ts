import { expect, test } from 'vitest';
import { createTestApi, registerImage } from './support.ts';

test('registering gives the id, and upstream’s answer', async () => {
  const api = await createTestApi();
  const answer = await api.call('POST', '/api/v1/images/register', { body: { image: 'alpine:latest' } });
  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject({
    image: 'alpine:latest',
    message: 'Image registered successfully',
    image_id: 'alpine:latest-c5c74c0e',
  });
});

test('an image as JSON, alone and in the list', async () => {
  const api = await createTestApi();
  await registerImage(api, 'docker/library/nginx:1.27');
  const id = await registerImage(api);
  const one = await api.call('GET', `/api/v1/images/${id}`);
  expect(one.status).toBe(200);
  expect(one.json).toMatchObject({
    image_id: id,
    image: 'alpine:latest',
    is_default: true,
    cpu: 256,
    memory: 512,
    runtime_platform: 'Linux/ARM64',
    image_registry: '',
    image_name: 'alpine',
    image_tag: 'latest',
    created_by: 'admin@example.com',
    owned_by: ['admin@example.com'],
  });
  const list = await api.call('GET', '/api/v1/images');
  expect(list.json.images.map((image: { image: string }) => image.image)).toEqual([
    'alpine:latest',
    'docker/library/nginx:1.27',
  ]);
  expect(list.json.images[0]).toEqual(one.json);
  expect(list.json.images[1].is_default).toBe(false);
});

test('there are none: an empty array', async () => {
  const api = await createTestApi();
  expect((await api.call('GET', '/api/v1/images')).json).toEqual({ images: [] });
});

test('wrong registrations are 400 and name the field', async () => {
  const api = await createTestApi();
  const cases: [Record<string, unknown>, string][] = [
    [{}, 'image'],
    [{ image: '' }, 'image'],
    [{ image: 'has space' }, 'image'],
    [{ image: 'alpine', cpu: 'many' }, 'cpu'],
    [{ image: 'alpine', memory: -1 }, 'memory'],
    [{ image: 'alpine', is_default: 'yes' }, 'is_default'],
    [{ image: 'alpine', runtime_platform: 'Windows/Vax' }, 'runtime_platform'],
    [{ image: 'alpine', task_role_name: 'no-such-role' }, 'task_role_name'],
  ];
  for (const [body, field] of cases) {
    const answer = await api.call('POST', '/api/v1/images/register', { body });
    expect([body, answer.status, answer.json.field]).toEqual([body, 400, field]);
    expect(answer.json.error).toBe('failed to register image');
  }
  expect((await api.call('GET', '/api/v1/images')).json.images).toEqual([]);
});

test('empty texts count as absent, as upstream’s clients send them', async () => {
  const api = await createTestApi();
  const body = { image: 'alpine', task_role_name: '', task_execution_role_name: '', runtime_platform: '', cpu: null };
  expect((await api.call('POST', '/api/v1/images/register', { body })).status).toBe(201);
});

test('an unknown image is 404', async () => {
  const api = await createTestApi();
  const answer = await api.call('GET', '/api/v1/images/busybox');
  expect(answer.status).toBe(404);
  expect(answer.json).toMatchObject({
    error: 'failed to get image',
    code: 'NOT_FOUND',
    details: 'image not found: busybox',
  });
});

test('removing takes the exact id', async () => {
  const api = await createTestApi();
  const id = await registerImage(api);
  const byName = await api.call('DELETE', '/api/v1/images/alpine:latest');
  expect(byName.status).toBe(400);
  expect(byName.json).toMatchObject({ error: 'failed to remove image', code: 'INVALID_REQUEST' });

  const removed = await api.call('DELETE', `/api/v1/images/${encodeURIComponent(id)}`);
  expect(removed.status).toBe(200);
  expect(removed.json).toEqual({ image: id, message: 'Image removed successfully' });

  const gone = await api.call('DELETE', `/api/v1/images/${id}`);
  expect(gone.status).toBe(404);
  expect(gone.json).toMatchObject({ error: 'failed to remove image', code: 'NOT_FOUND' });
});
