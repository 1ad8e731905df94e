import { type CollectionName, collections, type Documents, type IndexDeclaration } from '../contract/collections.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Query, Store } from '../contract/store.ts';

const pageSize = 500;

/** Every document of an index, page by page. For collections that stay small; executions do not. */
export async function allDocuments<C extends CollectionName>(
  store: Store,
  collection: C,
  query: Omit<Query, 'after' | 'limit'>,
  call?: CallOptions,
): Promise<Documents[C][]> {
  const { key, indexes } = collections[collection];
  const { order } = (indexes as Record<string, IndexDeclaration>)[query.index]!;
  const documents: Documents[C][] = [];
  for (;;) {
    const last = documents.at(-1) as Record<string, string> | undefined;
    const after = last && { after: { value: last[order]!, key: last[key]! } };
    const page = await store.query(collection, { ...query, ...after, limit: pageSize }, call);
    documents.push(...page);
    if (page.length < pageSize) return documents;
  }
}
