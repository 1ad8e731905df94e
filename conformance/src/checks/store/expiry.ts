import type { Check } from '../../check.ts';
import { deepEqual, equal, rejects } from '../../expect.ts';
import type { World } from '../../world.ts';
import { reservation, user } from '../support/documents.ts';
import { queryGives, queryKeys } from '../support/queries.ts';

const minute = 60_000;

/** A reservation that has just expired, by the clock that the provider was given. */
async function withExpired({ provider: { store }, clock }: World): Promise<void> {
  await store.insert('reservations', { ...reservation('r', clock.now() + minute), holder: 'old' });
  clock.advance(minute);
}

const expired = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `store.expiry.${what}`,
  level: 'MUST',
  facet: 'store',
  sentence,
  why,
  run,
});

export const expiryChecks: readonly Check[] = [
  expired(
    'get',
    'get never returns a document whose time of expiry is over, from that moment on.',
    'An invitation that has run out could still be used to get a key.',
    async (world) => {
      await withExpired(world);
      equal(await world.provider.store.get('reservations', 'r'), undefined, 'what get gives of an expired document');
    },
  ),
  expired(
    'exact',
    'A document whose time of expiry is now, to the millisecond, has expired.',
    'Two servers would disagree about whether a claim is still good.',
    async ({ provider: { store }, clock }) => {
      for (let n = 0; n < 20; n++) {
        await store.insert('reservations', reservation(`r${n}`, clock.now()));
        equal(await store.get('reservations', `r${n}`), undefined, 'a document whose time of expiry was now');
      }
    },
  ),
  expired(
    'not-early',
    'A document is there until its time of expiry.',
    'An invitation would end before the time that it names.',
    async ({ provider: { store }, clock }) => {
      const document = reservation('r', clock.now() + minute);
      await store.insert('reservations', document);
      clock.advance(minute / 2);
      deepEqual(await store.get('reservations', 'r'), document, 'the document half a minute before its end');
    },
  ),
  expired(
    'insert',
    'The key of an expired document is free for insert, and nothing of the old document is left in the new one.',
    'A name that was reserved once could not be used again before the database has swept.',
    async (world) => {
      const { store } = world.provider;
      await store.insert('users', user('k', { expires_at: world.clock.now() + minute, replaces: 'old' }));
      world.clock.advance(minute);
      await store.insert('users', user('k'));
      deepEqual(await store.get('users', 'k'), user('k'), 'the document inserted in place of an expired one');
    },
  ),
  expired(
    'insert-live',
    'The key of a document that has not expired yet is taken.',
    'A reservation would protect nothing.',
    async (world) => {
      const { store } = world.provider;
      await store.insert('reservations', reservation('r', world.clock.now() + 2 * minute));
      world.clock.advance(minute);
      const again = store.insert('reservations', reservation('r', world.clock.now() + 2 * minute));
      await rejects(again, 'CONFLICT', 'an insert over a live document');
    },
  ),
  expired(
    'insert-one-winner',
    'Of many inserts of the key of an expired document at the same time, exactly one is accepted.',
    'Two requests with one idempotency key would both start a run, a day later.',
    async (world) => {
      await withExpired(world);
      const stores = [world.provider.store, (await world.open()).store];
      const end = world.clock.now() + minute;
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) => stores[n % 2]!.insert('reservations', reservation('r', end))),
      );
      equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'inserts that were accepted');
    },
  ),
  expired(
    'update',
    'update of an expired document resolves to undefined, also when it would prolong it.',
    'A key could be claimed after its time was over.',
    async (world) => {
      await withExpired(world);
      const { store } = world.provider;
      const change = { set: { expires_at: world.clock.now() + minute, holder: 'new' } };
      equal(await store.update('reservations', 'r', change), undefined, 'what update gives of an expired document');
      equal(await store.get('reservations', 'r'), undefined, 'what get gives after that');
    },
  ),
  expired(
    'query',
    'A query gives no document whose time of expiry is over, from that moment on.',
    'People whose invitation has run out would be listed as users.',
    async (world) => {
      const { store } = world.provider;
      await store.insert('users', user('dying', { user_email: 'a@b.c', expires_at: world.clock.now() + minute }));
      await store.insert(
        'users',
        user('staying', { user_email: 'c@b.c', expires_at: world.clock.now() + 60 * minute }),
      );
      await store.insert('users', user('lasting', { user_email: 'b@b.c' }));
      const all = { index: 'all', limit: 10 };
      await queryGives(world, 'users', all, ['dying', 'lasting', 'staying'], 'the users before one expires');
      world.clock.advance(minute);
      deepEqual(await queryKeys(store, 'users', all), ['lasting', 'staying'], 'the users afterwards');
    },
  ),
  expired(
    'query-full-pages',
    'A page of a query is full, although documents in between have expired.',
    'A list would stop in the middle, because a page that is not full is the last one.',
    async (world) => {
      const { store } = world.provider;
      const end = world.clock.now() + minute;
      for (let n = 0; n < 9; n++)
        await store.insert('users', user(`k${n}`, { user_email: `${n}@b.c`, ...(n < 6 && { expires_at: end }) }));
      await queryGives(
        world,
        'users',
        { index: 'all', limit: 1000 },
        [...'012345678'].map((n) => `k${n}`),
        'all users',
      );
      world.clock.advance(minute);
      const page = await queryKeys(store, 'users', { index: 'all', limit: 3 });
      deepEqual(page, ['k6', 'k7', 'k8'], 'a page of three, with six expired documents before them');
    },
  ),
  expired(
    'prolonged',
    'A document whose time of expiry was moved lives until the new time, and for ever once it is unset.',
    'A key that was claimed would vanish at the end of its invitation.',
    async (world) => {
      const { store } = world.provider;
      await store.insert('users', user('a', { expires_at: world.clock.now() + minute }));
      await store.insert('users', user('b', { expires_at: world.clock.now() + minute }));
      await store.update('users', 'a', { set: { expires_at: world.clock.now() + 10 * minute } });
      await store.update('users', 'b', { unset: ['expires_at'] });
      world.clock.advance(5 * minute);
      equal((await store.get('users', 'a'))?.api_key_hash, 'a', 'the prolonged document');
      equal((await store.get('users', 'b'))?.api_key_hash, 'b', 'the document without a time of expiry');
      world.clock.advance(6 * minute);
      equal(await store.get('users', 'a'), undefined, 'the prolonged document after its new end');
    },
  ),
  expired(
    'none',
    'A document without a time of expiry, in a collection that declares one, never expires.',
    'All keys would stop working one day.',
    async ({ provider: { store }, clock }) => {
      await store.insert('users', user('k'));
      clock.advance(50 * 365 * 24 * 60 * minute);
      deepEqual(await store.get('users', 'k'), user('k'), 'a document without a time of expiry, after 50 years');
    },
  ),
];
