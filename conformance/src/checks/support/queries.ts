import { isDeepStrictEqual } from 'node:util';
import {
  type CollectionName,
  collections,
  type Documents,
  type IndexDeclaration,
  type Query,
  type Store,
} from '@runvoy/core/provider';
import { deepEqual, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { eventually } from './eventually.ts';
import { nextTurn } from './next-turn.ts';

/** The keys of the documents that a query gives, in its order. */
export async function queryKeys<C extends CollectionName>(
  store: Store,
  collection: C,
  query: Query,
): Promise<string[]> {
  const documents = await store.query(collection, query);
  return documents.map((document) => keyOf(collection, document));
}

/** Fails unless the query gives exactly these documents, in this order, as soon as the harness's lag allows. */
export async function queryGives<C extends CollectionName>(
  { harness, provider }: World,
  collection: C,
  query: Query,
  keys: readonly string[],
  what: string,
): Promise<void> {
  const seen = await eventually(
    harness.lag?.query,
    () => queryKeys(provider.store, collection, query),
    (found) => isDeepStrictEqual(found, keys),
  );
  deepEqual(seen, [...keys], what);
}

/** More than any check inserts: pages that give more go round in circles. */
const mostDocuments = 10_000;

/** Every document of an index, page by page, as core follows it. */
export async function followPages<C extends CollectionName>(
  store: Store,
  collection: C,
  query: Query,
  betweenPages?: () => Promise<unknown>,
): Promise<Documents[C][]> {
  const { order } = (collections[collection].indexes as Record<string, IndexDeclaration>)[query.index]!;
  const found: Documents[C][] = [];
  let after = query.after;
  for (;;) {
    const page = await store.query(collection, { ...query, ...(after && { after }) });
    found.push(...page);
    ok(found.length <= mostDocuments, `pages that come to an end: ${mostDocuments} documents so far`);
    await nextTurn();
    const last = page.at(-1);
    if (!last || page.length < query.limit) return found;
    after = {
      value: (last as unknown as Record<string, unknown>)[order] as string | number,
      key: keyOf(collection, last),
    };
    await betweenPages?.();
  }
}

export const keyOf = <C extends CollectionName>(collection: C, document: Documents[C]): string =>
  (document as unknown as Record<string, unknown>)[collections[collection].key] as string;
