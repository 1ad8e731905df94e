import { RunvoyError, type Store } from '@runvoy/core/provider';
import { createMemoryStore } from '../../../core/test/support/memory-store.ts';
import { type Fault, roundTrip, sharedBy } from './support/fault.ts';
import { type Document, keyOf, type LooseStore, storeFault } from './support/loose-store.ts';

interface Lapses {
  /** Whether a document has expired. */
  hasExpired?(document: Document, now: number): boolean;
  /** These methods see documents that have expired. */
  blind?: readonly (keyof Store)[];
  /** What an insert over an expired document keeps of it. */
  merge?(old: Document, document: Document): Document;
  /** An insert over a document that lives is accepted. */
  overLive?: boolean;
  /** Looks and writes are two steps. */
  slow?: boolean;
  /** Expired documents take up places of a page. */
  shortPages?: boolean;
  /** The time of expiry is kept as it was inserted. */
  fixed?: boolean;
}

const day = 24 * 3600 * 1000;
const hasExpired = ({ expires_at: end }: Document, now: number) => typeof end === 'number' && end <= now;

/** A store over one that never lets anything expire: expiry is left to lapses. */
function expiryFault(id: string, sentence: string, lapses: Lapses, caughtBy = id): Fault {
  const expired = lapses.hasExpired ?? hasExpired;
  const sees = (method: keyof Store) => lapses.blind?.includes(method) === true;
  return storeFault(`expiry-${id}`, `store.expiry.${caughtBy}`, sentence, (_store, context) => {
    const all = sharedBy(context, 'all', () => createMemoryStore(() => 0)) as unknown as LooseStore;
    const firstEnds = sharedBy(context, 'ends', () => new Map<string, unknown>());
    const isOver = (document: Document | undefined, method: keyof Store) => {
      if (!document || sees(method)) return false;
      const key = String(document.api_key_hash ?? document.reservation);
      return expired(lapses.fixed ? { ...document, expires_at: firstEnds.get(key) } : document, context.now());
    };
    return {
      ...all,
      async insert(collection, document) {
        const key = keyOf(collection, document);
        const old = await all.get(collection, key);
        if (old && !isOver(old, 'insert') && !lapses.overLive) throw new RunvoyError('CONFLICT', 'the key is taken');
        if (lapses.slow) await roundTrip();
        await all.remove(collection, key);
        await all.insert(collection, old && lapses.merge ? lapses.merge(old, document) : document);
        firstEnds.set(key, document.expires_at);
      },
      async get(collection, key) {
        const document = await all.get(collection, key);
        return isOver(document, 'get') ? undefined : document;
      },
      async update(collection, key, change) {
        return isOver(await all.get(collection, key), 'update') ? undefined : all.update(collection, key, change);
      },
      async query(collection, query) {
        const limit = lapses.shortPages ? query.limit : 1000;
        const documents = await all.query(collection, { ...query, limit });
        return documents.filter((document) => !isOver(document, 'query')).slice(0, query.limit);
      },
    };
  });
}

export const storeExpiryFaults: readonly Fault[] = [
  expiryFault('get', 'get gives expired documents until the database has swept.', { blind: ['get'] }),
  expiryFault('exact', 'A document lives through the millisecond of its expiry.', {
    hasExpired: ({ expires_at: end }, now) => typeof end === 'number' && end < now,
  }),
  expiryFault('not-early', 'Documents expire five minutes early, for safety.', {
    hasExpired: (document, now) => hasExpired(document, now + 5 * 60_000),
  }),
  expiryFault(
    'seconds',
    'Times of expiry are taken for seconds.',
    {
      hasExpired: ({ expires_at: end }, now) => typeof end === 'number' && end * 1000 <= now,
    },
    'get',
  ),
  expiryFault('insert', 'An insert over an expired document keeps fields of it.', {
    merge: (old, document) => ({ ...old, ...document }),
  }),
  expiryFault('insert-refused', 'The key of an expired document is taken.', { blind: ['insert'] }, 'insert'),
  expiryFault('insert-live', 'An insert over a document that has a time of expiry is accepted.', { overLive: true }),
  expiryFault('insert-one-winner', 'An insert looks for an expired document first and writes then.', { slow: true }),
  expiryFault('update', 'update brings expired documents back.', { blind: ['update'] }),
  expiryFault('query', 'A query gives expired documents.', { blind: ['query'] }),
  expiryFault('query-full-pages', 'Expired documents are taken out of a page after it was filled.', {
    shortPages: true,
  }),
  expiryFault('prolonged', 'A document ends when it was first said to, whatever update says.', { fixed: true }),
  expiryFault('none', 'A document without a time of expiry lives for a year.', {
    hasExpired: ({ created_at, expires_at = Number(created_at) + 365 * day }, now) =>
      typeof expires_at === 'number' && expires_at <= now && now > 1_900_000_000_000,
  }),
];
