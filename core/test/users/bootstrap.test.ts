import { expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { MemoryFailure } from '../support/memory-provider.ts';
import { minutes, openUsers } from './support.ts';

const email = 'root@example.com';

it('makes the first admin, and no second one', async () => {
  const { users } = await openUsers();
  const made = await users.bootstrap(email);
  expect(made?.email).toBe(email);
  expect(await users.authenticate(made?.apiKey, 'r')).toMatchObject({ user_email: email, role: 'admin' });
  expect(await users.bootstrap('other@example.com')).toBeUndefined();
});

it('makes one admin when several servers start at the same time', async () => {
  const { users, admin } = await openUsers();
  const made = await Promise.all(Array.from({ length: 8 }, (_, n) => users.bootstrap(`root${n}@example.com`)));
  expect(made.filter((user) => user !== undefined)).toHaveLength(1);
  expect(await users.list(admin)).toHaveLength(1);
});

it('makes one admin although no index shows the first one yet', async () => {
  const { users } = await openUsers({ lagging: true });
  expect(await users.bootstrap(email)).toBeDefined();
  expect(await users.bootstrap(email)).toBeUndefined();
});

it('does nothing where anybody is known, be he revoked', async () => {
  const { users, admin, join } = await openUsers();
  await join('ana@example.com', 'viewer');
  await users.revoke('ana@example.com', admin);
  expect(await users.bootstrap(email)).toBeUndefined();
});

it('is done by the next start when the first one was cut off', async () => {
  const { clock, users, control } = await openUsers();
  control.fail('store.insert', new MemoryFailure('DATABASE_ERROR'), 1, 1);
  await expect(users.bootstrap(email)).rejects.toThrow(MemoryFailure);
  clock.time += 1 * minutes;
  expect(await users.bootstrap(email)).toMatchObject({ email });
});

it('needs a role that may create users', async () => {
  const { users } = await openUsers({ policyText: 'p, crew, /api/v1/run, create, allow' });
  expect(await failureOf(users.bootstrap(email))).toMatchObject({
    code: 'CONFIGURATION_INVALID',
    field: 'RUNVOY_POLICY_FILE',
  });
});
