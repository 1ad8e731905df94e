import { expect, test } from 'vitest';
import { wireError } from '../../src/client/wire-error.ts';

test.each([
  [
    'ours',
    400,
    '{"error":"failed to run","code":"INVALID_REQUEST","details":"timeout is too long","field":"timeout","remedy":"Less.","request_id":"r1"}',
    {
      code: 'INVALID_REQUEST',
      message: 'failed to run: timeout is too long',
      field: 'timeout',
      remedy: 'Less.',
      requestId: 'r1',
      status: 400,
    },
  ],
  [
    'the same text twice',
    404,
    '{"error":"not found","code":"NOT_FOUND","details":"not found"}',
    { code: 'NOT_FOUND', message: 'not found' },
  ],
  [
    "upstream's without a code",
    403,
    '{"error":"Forbidden","details":"no permission"}',
    { code: 'FORBIDDEN', message: 'Forbidden: no permission' },
  ],
  [
    "upstream's lower case",
    400,
    '{"error":"bad","code":"invalid_request"}',
    { code: 'INVALID_REQUEST', message: 'bad' },
  ],
  ['a code from the future', 418, '{"error":"odd","code":"TEAPOT"}', { code: 'INVALID_REQUEST', message: 'odd' }],
  ['a prototype name as code', 500, '{"error":"odd","code":"constructor"}', { code: 'INTERNAL_ERROR' }],
  [
    'a proxy',
    502,
    '<html>Bad Gateway</html>',
    { code: 'SERVICE_UNAVAILABLE', message: 'request failed with status 502: <html>Bad Gateway</html>' },
  ],
  ['nothing', 503, '', { code: 'SERVICE_UNAVAILABLE', message: 'request failed with status 503' }],
  ['JSON of another kind', 500, '[1]', { code: 'INTERNAL_ERROR', message: 'request failed with status 500: [1]' }],
])('rebuilds an error from %s', (_, status, body, expected) => {
  expect(wireError(status, body)).toMatchObject(expected);
});

test('reads when to try again', () => {
  expect(wireError(429, '{"error":"slow down","code":"RATE_LIMITED"}', { 'retry-after': '7' }).retryAfterSeconds).toBe(
    7,
  );
});
