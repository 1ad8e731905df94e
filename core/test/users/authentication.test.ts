import { expect, it } from 'vitest';
import { hashApiKey } from '../../src/users/api-keys.ts';
import { failureOf } from '../support/failure-of.ts';
import { MemoryFailure } from '../support/memory-provider.ts';
import { minutes, openUsers } from './support.ts';

it('hashes keys as upstream does', () => {
  expect(hashApiKey('test-key')).toBe('Yq+HBHZPr46oL8Yc6cTDkItsuX1GOmNOnlh9fIhdsO8=');
});

it('tells a missing, an unknown and a revoked key apart', async () => {
  const { users, admin, join } = await openUsers();
  const apiKey = await join('ana@example.com', 'viewer');
  expect(await users.authenticate(apiKey, 'r')).toMatchObject({ user_email: 'ana@example.com', role: 'viewer' });
  await users.revoke('ana@example.com', admin);

  expect(await failureOf(users.authenticate(undefined, 'r'))).toMatchObject({ code: 'UNAUTHORIZED' });
  expect(await failureOf(users.authenticate('', 'r'))).toMatchObject({ message: 'API key is required' });
  expect(await failureOf(users.authenticate('nonsense', 'r'))).toMatchObject({
    code: 'INVALID_API_KEY',
    message: 'Invalid API key',
  });
  expect(await failureOf(users.authenticate(apiKey, 'r'))).toMatchObject({
    code: 'API_KEY_REVOKED',
    message: 'API key has been revoked',
  });
});

it('costs one read, and a note of the use once an hour', async () => {
  const { clock, users, control, join } = await openUsers();
  const apiKey = await join('ana@example.com', 'viewer');
  control.calls['store.get'] = 0;
  control.calls['store.update'] = 0;
  const authenticate = async (times: number) => {
    for (let n = 0; n < times; n++) await users.authenticate(apiKey, 'r');
  };
  await authenticate(5);
  expect(control.calls).toMatchObject({ 'store.get': 5, 'store.update': 1 });
  clock.time += 59 * minutes;
  await authenticate(5);
  expect(control.calls).toMatchObject({ 'store.update': 1 });
  clock.time += 1 * minutes;
  await authenticate(5);
  expect(control.calls).toMatchObject({ 'store.get': 15, 'store.update': 2 });
});

it('keeps the trail of changes when it notes a use', async () => {
  const { store, users, join } = await openUsers();
  const apiKey = await join('ana@example.com', 'viewer');
  const before = await store.get('users', hashApiKey(apiKey));
  await users.authenticate(apiKey, 'the-use');
  const after = await store.get('users', hashApiKey(apiKey));
  expect(after?.last_used).toBeDefined();
  expect(after?.modified_by_request_id).toBe(before?.modified_by_request_id);
});

it('lets nobody wait for, or fail with, the note of a use', async () => {
  const { users, control, log, join } = await openUsers();
  const apiKey = await join('ana@example.com', 'viewer');
  control.fail('store.update', new MemoryFailure('DATABASE_ERROR'));
  expect(await users.authenticate(apiKey, 'r')).toMatchObject({ user_email: 'ana@example.com' });
  await expect.poll(() => log.complaints).toEqual(['could not note the use of an API key']);
});

it('answers DATABASE_ERROR when the store fails', async () => {
  const { users, control } = await openUsers();
  control.fail('store.get', new MemoryFailure('THROTTLED'));
  expect(await failureOf(users.authenticate('key', 'r'))).toMatchObject({
    code: 'DATABASE_ERROR',
    message: 'failed to get user by API key hash',
  });
});
