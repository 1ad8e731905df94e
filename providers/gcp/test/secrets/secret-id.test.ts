import { expect, test } from 'vitest';
import { fromPayload, toPayload } from '../../src/secrets/payload.ts';
import { secretId } from '../../src/secrets/secret-id.ts';

const config = { deployment: 'runvoy', secrets: { prefix: 'runvoy-secrets', kmsKey: undefined } };

test('ids are what Secret Manager allows, readable, and another one for every name', () => {
  const names = [
    'a',
    'A',
    'a/b',
    'a_b',
    'a-b',
    'a.b',
    'a//b',
    '_s',
    '/',
    '__',
    '_h',
    'exec/1/2',
    'exec-1',
    'exec_s1',
    'x'.repeat(255),
  ];
  const ids = names.map((name) => secretId(config, name));
  expect(new Set(ids).size).toBe(names.length);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
  expect(secretId(config, 'api-key')).toBe('runvoy-secrets-api-key');
});

test('what a run needs has a prefix of its own, that a role can be limited to', () => {
  expect(secretId(config, 'exec/0123/abc')).toBe('runvoy-exec-0123_sabc');
  expect(secretId(config, 'other/exec/1')).toMatch(/^runvoy-secrets-/);
});

test('no payload is empty, and every value comes back', () => {
  for (const value of ['', '\0', '\0\0', 'a', 'a\0', '\0a', '\n']) {
    expect(toPayload(value).length).toBeGreaterThan(0);
    expect(fromPayload(toPayload(value))).toBe(value);
  }
});
