import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { openUsers } from './support.ts';

const ana = 'ana@example.com';
const bob = 'bob@example.com';

describe('revoking', () => {
  it('refuses the key from then on, again and again', async () => {
    const { users, admin, join } = await openUsers();
    const apiKey = await join(ana, 'viewer');
    expect(await users.isRevoked(ana, {})).toBe(false);
    expect(await users.revoke(ana, admin)).toMatchObject({ user_email: ana, revoked: true });
    expect(await users.revoke(ana, admin)).toMatchObject({ user_email: ana, revoked: true });
    expect(await users.isRevoked(ana, {})).toBe(true);
    expect(await failureOf(users.authenticate(apiKey, 'r'))).toMatchObject({ code: 'API_KEY_REVOKED' });
    expect(await users.list(admin)).toMatchObject([{ user_email: ana, revoked: true }]);
  });

  it('says that nobody has the address', async () => {
    const { users, admin } = await openUsers();
    expect(await failureOf(users.revoke(ana, admin))).toMatchObject({ code: 'NOT_FOUND', message: 'user not found' });
    expect(await users.isRevoked(ana, {})).toBe(false);
  });

  it('finds whom no index shows yet', async () => {
    const { users, admin, join } = await openUsers({ lagging: true });
    const apiKey = await join(ana, 'viewer');
    await users.revoke(ana, admin);
    expect(await users.isRevoked(ana, {})).toBe(true);
    expect(await failureOf(users.authenticate(apiKey, 'r'))).toMatchObject({ code: 'API_KEY_REVOKED' });
  });

  it('takes an invitation back', async () => {
    const { users, admin } = await openUsers();
    const { claimToken } = await users.create({ email: ana, role: 'viewer' }, admin);
    await users.revoke(ana, admin);
    expect(await failureOf(users.claim(claimToken, undefined, 'r'))).toMatchObject({ code: 'NOT_FOUND' });
    await users.create({ email: ana, role: 'viewer' }, admin);
  });
});

describe('changing a role', () => {
  it('counts from the next request on', async () => {
    const { users, admin, join } = await openUsers();
    const apiKey = await join(ana, 'viewer');
    expect(await users.changeRole(ana, 'operator', admin)).toMatchObject({ role: 'operator' });
    expect(await users.authenticate(apiKey, 'r')).toMatchObject({ role: 'operator' });
    expect(await failureOf(users.changeRole(ana, 'king', admin))).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await failureOf(users.changeRole(bob, 'viewer', admin))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is refused for a revoked user', async () => {
    const { users, admin, join } = await openUsers();
    await join(ana, 'viewer');
    await users.revoke(ana, admin);
    expect(await failureOf(users.changeRole(ana, 'operator', admin))).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('the last active admin', () => {
  it('can neither be revoked nor demoted', async () => {
    const { users, admin, join } = await openUsers();
    await join(ana, 'admin');
    await join(bob, 'operator');
    for (const attempt of [users.revoke(ana, admin), users.changeRole(ana, 'viewer', admin)])
      expect(await failureOf(attempt)).toMatchObject({
        code: 'CONFLICT',
        remedy: 'Give another user the role admin first.',
      });
    await users.changeRole(bob, 'admin', admin);
    await users.revoke(ana, admin);
    expect(await failureOf(users.changeRole(bob, 'viewer', admin))).toMatchObject({ code: 'CONFLICT' });
  });

  it('is not one who has only been invited', async () => {
    const { users, admin, join } = await openUsers();
    await join(ana, 'admin');
    await users.create({ email: bob, role: 'admin' }, admin);
    expect(await failureOf(users.revoke(ana, admin))).toMatchObject({ code: 'CONFLICT' });
  });

  it('stays when admins remove each other at the same time', async () => {
    const { users, admin, join } = await openUsers();
    await join(ana, 'admin');
    await join(bob, 'admin');
    const attempts = await Promise.allSettled([users.revoke(ana, admin), users.changeRole(bob, 'viewer', admin)]);
    expect(attempts.map((attempt) => attempt.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is whoever may create users, under a policy of its own', async () => {
    const { users, admin, join } = await openUsers({
      policyText: 'p, chief, /api/v1/*, *, allow\np, crew, /api/v1/run, create, allow',
    });
    await join(ana, 'chief');
    await join(bob, 'crew');
    expect(await failureOf(users.changeRole(ana, 'crew', admin))).toMatchObject({ code: 'CONFLICT' });
  });
});
