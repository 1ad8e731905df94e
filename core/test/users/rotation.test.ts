import { expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { MemoryFailure } from '../support/memory-provider.ts';
import { minutes, openUsers } from './support.ts';

const email = 'ana@example.com';

it('keeps the old key until the new one is claimed', async () => {
  const { users, admin, join } = await openUsers();
  const old = await join(email, 'operator');
  const { user, claimToken } = await users.rotate(email, admin);
  expect(user).toMatchObject({ user_email: email, role: 'operator' });
  expect(await users.authenticate(old, 'r')).toMatchObject({ role: 'operator' });
  const { apiKey } = await users.claim(claimToken, undefined, 'r');
  expect(await users.authenticate(apiKey, 'r')).toMatchObject({ user_email: email, role: 'operator' });
  expect(await failureOf(users.authenticate(old, 'r'))).toMatchObject({ code: 'INVALID_API_KEY' });
  expect(await users.list(admin)).toHaveLength(1);
});

it('changes nothing when the new key is not claimed', async () => {
  const { clock, users, admin, join } = await openUsers();
  const old = await join(email, 'operator');
  await users.rotate(email, admin);
  clock.time += 15 * minutes;
  expect(await users.authenticate(old, 'r')).toMatchObject({ user_email: email });
  expect(await users.list(admin)).toMatchObject([{ user_email: email, revoked: false }]);
});

it('shows the user once, as active, while a new key waits', async () => {
  const { users, admin, join } = await openUsers();
  await join(email, 'operator');
  await users.rotate(email, admin);
  const [shown, ...others] = await users.list(admin);
  expect(others).toEqual([]);
  expect(shown?.expires_at).toBeUndefined();
});

it('can be repeated after a first rotation, any number of times', async () => {
  const { users, admin, join } = await openUsers();
  let key = await join(email, 'operator');
  for (let n = 0; n < 3; n++) {
    const { claimToken } = await users.rotate(email, admin);
    const { apiKey } = await users.claim(claimToken, undefined, 'r');
    expect(await failureOf(users.authenticate(key, 'r'))).toMatchObject({ code: 'INVALID_API_KEY' });
    key = apiKey;
  }
  expect(await users.authenticate(key, 'r')).toMatchObject({ user_email: email });
});

it('lets only the latest of several new keys be claimed', async () => {
  const { users, admin, join } = await openUsers();
  await join(email, 'operator');
  const first = await users.rotate(email, admin);
  const second = await users.rotate(email, admin);
  expect(await failureOf(users.claim(first.claimToken, undefined, 'r'))).toMatchObject({ code: 'NOT_FOUND' });
  await users.claim(second.claimToken, undefined, 'r');
});

it('leaves one key that works, however many are made and claimed at the same time', async () => {
  const { clock, users, admin, join, store } = await openUsers();
  await join(email, 'operator');
  const made = await Promise.all(
    Array.from({ length: 4 }, () => {
      clock.time += 1;
      return users.rotate(email, admin);
    }),
  );
  await Promise.allSettled(made.map(({ claimToken }) => users.claim(claimToken, undefined, 'r')));
  clock.time += 15 * minutes;
  const left = await store.query('users', { index: 'email', match: { user_email: email }, limit: 10 });
  expect(left).toHaveLength(1);
});

it.each([0, 1, 2])('can claim again when it was cut off at its write number %i', async (written) => {
  const { users, admin, control, join } = await openUsers();
  const old = await join(email, 'operator');
  const { claimToken } = await users.rotate(email, admin);
  control.fail('store.update', new MemoryFailure('DATABASE_ERROR'), 1, written);
  await expect(users.claim(claimToken, undefined, 'r')).rejects.toThrow(MemoryFailure);
  expect(await users.authenticate(old, 'r')).toMatchObject({ user_email: email });
  const { apiKey } = await users.claim(claimToken, undefined, 'r');
  expect(await users.authenticate(apiKey, 'r')).toMatchObject({ user_email: email });
  expect(await failureOf(users.authenticate(old, 'r'))).toMatchObject({ code: 'INVALID_API_KEY' });
});

it('takes over a role that was changed meanwhile', async () => {
  const { users, admin, join } = await openUsers();
  await join(email, 'operator');
  const { claimToken } = await users.rotate(email, admin);
  await users.changeRole(email, 'viewer', admin);
  const { apiKey } = await users.claim(claimToken, undefined, 'r');
  expect(await users.authenticate(apiKey, 'r')).toMatchObject({ role: 'viewer' });
});

it('does not bring a revoked user back', async () => {
  const { users, admin, join } = await openUsers();
  const old = await join(email, 'operator');
  const { claimToken } = await users.rotate(email, admin);
  await users.revoke(email, admin);
  expect(await failureOf(users.claim(claimToken, undefined, 'r'))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await failureOf(users.authenticate(old, 'r'))).toMatchObject({ code: 'API_KEY_REVOKED' });
  expect(await failureOf(users.rotate(email, admin))).toMatchObject({ code: 'CONFLICT', message: 'user is revoked' });
});

it('does not hide that a user was revoked meanwhile', async () => {
  const { users, admin, store, join } = await openUsers();
  await join(email, 'operator');
  // The revocation misses the new key, which is being written.
  const rotating = users.rotate(email, admin);
  await users.revoke(email, admin);
  await rotating;
  const documents = await store.query('users', { index: 'email', match: { user_email: email }, limit: 10 });
  expect(documents.map((document) => document.revoked).sort()).toEqual([false, true]);
  expect(await users.isRevoked(email, {})).toBe(true);
});

it('refuses who is unknown or has not claimed the first key', async () => {
  const { users, admin } = await openUsers();
  expect(await failureOf(users.rotate(email, admin))).toMatchObject({ code: 'NOT_FOUND', message: 'user not found' });
  await users.create({ email, role: 'viewer' }, admin);
  expect(await failureOf(users.rotate(email, admin))).toMatchObject({ code: 'CONFLICT' });
});
