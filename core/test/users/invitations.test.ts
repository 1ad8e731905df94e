import { describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/users/api-keys.ts';
import { failureOf } from '../support/failure-of.ts';
import { MemoryFailure } from '../support/memory-provider.ts';
import { minutes, openUsers } from './support.ts';

const email = 'ana@example.com';

describe('inviting', () => {
  it('gives a token that is exchanged for a key', async () => {
    const { users, admin } = await openUsers();
    const { user, claimToken } = await users.create({ email, role: 'developer' }, admin);
    expect(user).toMatchObject({ user_email: email, role: 'developer', revoked: false });
    expect(user.expires_at).toBeDefined();
    const { apiKey, email: claimed } = await users.claim(claimToken, '203.0.113.7', 'r');
    expect(claimed).toBe(email);
    expect(apiKey).toMatch(/^[A-Za-z0-9_-]{32}$/);
    const stored = await users.authenticate(apiKey, 'r');
    expect(stored).toMatchObject({ user_email: email, role: 'developer' });
    expect(stored.expires_at).toBeUndefined();
  });

  it('takes a key that the caller chooses, unless it is in use', async () => {
    const { users, admin } = await openUsers();
    const apiKey = 'a-key-that-somebody-has-chosen';
    const { claimToken } = await users.create({ email, role: 'viewer', apiKey }, admin);
    expect(await users.claim(claimToken, undefined, 'r')).toEqual({ apiKey, email });
    const failure = await failureOf(users.create({ email: 'bob@example.com', role: 'viewer', apiKey }, admin));
    expect(failure).toMatchObject({ code: 'CONFLICT', field: 'api_key' });
    // Nothing is left of the attempt.
    await users.create({ email: 'bob@example.com', role: 'viewer' }, admin);
  });

  it('refuses an unknown role and names those there are', async () => {
    const { users, admin } = await openUsers();
    expect(await failureOf(users.create({ email, role: 'king' }, admin))).toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'role',
      message: 'invalid role, must be one of: admin, operator, developer, viewer',
    });
    expect(await failureOf(users.create({ email, role: '' }, admin))).toMatchObject({ message: 'role is required' });
    expect(await failureOf(users.create({ email: '', role: 'admin' }, admin))).toMatchObject({
      message: 'email is required',
    });
    expect(await users.list(admin)).toEqual([]);
  });

  it('refuses a user who is active or invited', async () => {
    const { users, admin, join } = await openUsers();
    await join(email, 'viewer');
    await users.create({ email: 'bob@example.com', role: 'viewer' }, admin);
    for (const taken of [email, 'bob@example.com'])
      expect(await failureOf(users.create({ email: taken, role: 'viewer' }, admin))).toMatchObject({
        code: 'CONFLICT',
        message: 'user with this email already exists',
      });
  });

  it('lets one of many invitations of one address win', async () => {
    const { users, admin } = await openUsers();
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => users.create({ email, role: 'viewer' }, admin)),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    expect(await users.list(admin)).toHaveLength(1);
  });

  it('refuses a user whom no index shows yet', async () => {
    const { users, admin, join } = await openUsers({ lagging: true });
    await join(email, 'viewer');
    expect(await failureOf(users.create({ email, role: 'viewer' }, admin))).toMatchObject({ code: 'CONFLICT' });
  });

  it('invites again who did not claim in time', async () => {
    const { clock, users, admin } = await openUsers();
    await users.create({ email, role: 'viewer' }, admin);
    clock.time += 15 * minutes;
    expect(await users.list(admin)).toEqual([]);
    await users.create({ email, role: 'admin' }, admin);
    expect(await users.list(admin)).toMatchObject([{ role: 'admin' }]);
  });

  it('invites again, at once, who was revoked, and forgets the revoked keys', async () => {
    const { users, admin, join, store } = await openUsers();
    const old = await join(email, 'operator');
    await users.revoke(email, admin);
    const fresh = await join(email, 'viewer');
    expect(await users.authenticate(fresh, 'r')).toMatchObject({ role: 'viewer' });
    expect(await store.get('users', hashApiKey(old))).toBeUndefined();
    expect(await users.list(admin)).toHaveLength(1);
  });

  it('leaves nothing behind when the claim cannot be stored', async () => {
    const { users, admin, control } = await openUsers();
    // The third insert, after those of the reservation and the user.
    control.fail('store.insert', new MemoryFailure('STORAGE_FULL'), 1, 2);
    await expect(users.create({ email, role: 'viewer' }, admin)).rejects.toThrow(MemoryFailure);
    expect(await users.list(admin)).toEqual([]);
    await users.create({ email, role: 'viewer' }, admin);
  });
});

describe('claiming', () => {
  it('hands a key out once, and wipes it', async () => {
    const { users, admin, store } = await openUsers();
    const { claimToken } = await users.create({ email, role: 'viewer' }, admin);
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => users.claim(claimToken, '203.0.113.7', 'r')),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    expect(await failureOf(users.claim(claimToken, undefined, 'r'))).toMatchObject({
      code: 'CONFLICT',
      message: 'key has already been claimed',
    });
    const claim = await store.get('claims', claimToken);
    expect(claim).toMatchObject({ viewed: true, viewed_from_ip: '203.0.113.7' });
    expect(claim?.api_key).toBeUndefined();
  });

  it('refuses unknown, blank and late tokens, and those of revoked users', async () => {
    const { clock, users, admin } = await openUsers();
    const unknown = { code: 'NOT_FOUND', message: 'invalid or expired token' };
    expect(await failureOf(users.claim('nonsense', undefined, 'r'))).toMatchObject(unknown);
    expect(await failureOf(users.claim(' ', undefined, 'r'))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'token is required',
    });
    const revoked = await users.create({ email: 'bob@example.com', role: 'viewer' }, admin);
    await users.revoke('bob@example.com', admin);
    expect(await failureOf(users.claim(revoked.claimToken, undefined, 'r'))).toMatchObject(unknown);
    const late = await users.create({ email, role: 'viewer' }, admin);
    clock.time += 15 * minutes;
    expect(await failureOf(users.claim(late.claimToken, undefined, 'r'))).toMatchObject(unknown);
  });

  it.each([0, 1])('can be repeated when it was cut off at its write number %i', async (written) => {
    const { users, admin, control } = await openUsers();
    const { claimToken } = await users.create({ email, role: 'viewer' }, admin);
    control.fail('store.update', new MemoryFailure('DATABASE_ERROR'), 1, written);
    await expect(users.claim(claimToken, undefined, 'r')).rejects.toThrow(MemoryFailure);
    const { apiKey } = await users.claim(claimToken, undefined, 'r');
    expect(await users.authenticate(apiKey, 'r')).toMatchObject({ user_email: email });
  });
});
