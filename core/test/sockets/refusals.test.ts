import { expect, test } from 'vitest';
import { executionId, startStreamingServer } from '../support/streaming-server.ts';
import { refusalOf } from '../support/viewer.ts';

test.each([
  ['no execution', '/stream?token=good-token', 400, 'INVALID_REQUEST', 'execution_id'],
  ['no token', `/stream?execution_id=${executionId}`, 401, 'UNAUTHORIZED', 'token'],
  ['a bad token', `/stream?execution_id=${executionId}&token=bad`, 401, 'UNAUTHORIZED', 'token'],
  ['a token of another execution', `/stream?execution_id=${executionId}&token=foreign`, 403, 'FORBIDDEN', undefined],
  ['an unknown execution', '/stream?execution_id=ffff&token=good-token', 404, 'NOT_FOUND', 'execution_id'],
  [
    'an unknown protocol',
    `/stream?execution_id=${executionId}&token=good-token&protocol=3`,
    400,
    'INVALID_REQUEST',
    'protocol',
  ],
  [
    'a strange follow',
    `/stream?execution_id=${executionId}&token=good-token&follow=maybe`,
    400,
    'INVALID_REQUEST',
    'follow',
  ],
  [
    'a made-up cursor',
    `/stream?execution_id=${executionId}&token=good-token&protocol=2&after=x`,
    400,
    'INVALID_REQUEST',
    'after',
  ],
  ['another path', `/elsewhere?execution_id=${executionId}&token=good-token`, 404, 'NOT_FOUND', undefined],
])('refuses the upgrade for %s', async (_, path, status, code, field) => {
  await using server = await startStreamingServer();
  const refusal = await refusalOf(`ws://127.0.0.1:${server.port}${path}`);
  expect(refusal.status).toBe(status);
  expect(refusal.body).toMatchObject({
    code,
    error: expect.any(String),
    details: expect.any(String),
    ...(field && { field }),
  });
  expect(refusal.headers).toMatchObject({
    'content-type': 'application/json',
    'x-request-id': refusal.body.request_id,
  });
  await expect.poll(() => server.sockets.size).toBe(0);
});

test('refuses a cursor of another execution', async () => {
  await using server = await startStreamingServer();
  const { encodeCursor } = await import('../../src/logs/log-position.ts');
  const foreign = encodeCursor('ffff', { lines: 1, inLine: 0, skip: 0, cursor: 'x' });
  const refusal = await refusalOf(`${server.url}&protocol=2&after=${encodeURIComponent(foreign)}`);
  expect(refusal).toMatchObject({ status: 400, body: { field: 'after' } });
});
