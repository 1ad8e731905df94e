import {
  type CollectionName,
  collections,
  type IndexDeclaration,
  type Query,
  RunvoyError,
} from '@runvoy/core/provider';
import { type Fault, roundTrip, sharedBy } from './support/fault.ts';
import { type Document, keyOf, storeFault, withoutUndefined } from './support/loose-store.ts';

/** One page of an index in small steps, each of which can be done wrong. */
interface Steps {
  matches(value: unknown, wanted: unknown): boolean;
  compare(a: unknown, b: unknown): number;
  isDescending(index: IndexDeclaration): boolean;
  isIndexed(document: Document, index: IndexDeclaration): boolean;
  isWithin(value: unknown, query: Query, compare: Steps['compare']): boolean;
  /** What is left after the position, of documents in order. */
  rest(documents: Document[], query: Query, inOrder: (a: Document, b: Document) => number, of: Fields): Document[];
  page(documents: Document[], query: Query): Document[];
}

interface Fields {
  order: string;
  key: string;
}

const compare = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));

const matches = (value: unknown, wanted: unknown): boolean =>
  Array.isArray(wanted) ? wanted.includes(value) : value === wanted;

const right: Steps = {
  matches,
  compare,
  isDescending: ({ descending }) => descending,
  isIndexed: (document, { order }) => document[order] !== undefined,
  isWithin: (value, { from, to }, by) =>
    (from === undefined || by(value, from) >= 0) && (to === undefined || by(value, to) <= 0),
  rest: (documents, { after }, inOrder, { order, key }) =>
    after
      ? documents.filter((document) => inOrder(document, { [order]: after.value, [key]: after.key }) > 0)
      : documents,
  page: (documents, { limit }) => documents.slice(0, limit),
};

function queryFault(caughtBy: string, sentence: string, wrong: Partial<Steps>, id = caughtBy): Fault {
  return storeFault(
    `query-${id}`,
    caughtBy.startsWith('store.') ? caughtBy : `store.query.${caughtBy}`,
    sentence,
    (store, context) => {
      const steps = { ...right, ...wrong };
      const copies = sharedBy(context, 'copies', () => new Map<CollectionName, Map<string, Document>>());
      const copyOf = (collection: CollectionName) => {
        const documents = copies.get(collection) ?? new Map<string, Document>();
        copies.set(collection, documents);
        return documents;
      };
      return {
        async insert(collection, document) {
          await store.insert(collection, document);
          copyOf(collection).set(keyOf(collection, document), withoutUndefined(structuredClone(document)));
        },
        async update(collection, key, change) {
          const changed = await store.update(collection, key, change);
          if (changed) copyOf(collection).set(key, structuredClone(changed));
          return changed;
        },
        async remove(collection, key) {
          await store.remove(collection, key);
          copyOf(collection).delete(key);
        },
        async query(collection, query) {
          await roundTrip();
          const live = [...copyOf(collection).values()].filter(
            ({ expires_at: end }) => typeof end !== 'number' || end > context.now(),
          );
          return structuredClone(answer(steps, collection, live, query));
        },
      };
    },
  );
}

function answer(steps: Steps, collection: CollectionName, documents: Document[], query: Query): Document[] {
  const { key, indexes } = collections[collection];
  const index = (indexes as Record<string, IndexDeclaration>)[query.index]!;
  const { order } = index;
  const ascending = (a: Document, b: Document) => steps.compare(a[order], b[order]) || compare(a[key], b[key]);
  const inOrder = steps.isDescending(index) ? (a: Document, b: Document) => ascending(b, a) : ascending;
  const found = documents
    .filter((document) => steps.isIndexed(document, index))
    .filter((document) => index.match.every((field) => steps.matches(document[field], query.match?.[field])))
    .filter((document) => steps.isWithin(document[order], query, steps.compare))
    .sort(inOrder);
  return steps.page(steps.rest(found, query, inOrder, { order, key }), query);
}

const asText = (a: unknown, b: unknown) => compare(String(a), String(b));

export const storeQueryFaults: readonly Fault[] = [
  queryFault('ties', 'A page goes on after the order value alone, and skips others with the same.', {
    rest: (documents, { after }, inOrder, { order, key }) =>
      after
        ? documents.filter(
            (document) =>
              document[order] !== after.value && inOrder(document, { [order]: after.value, [key]: after.key }) > 0,
          )
        : documents,
  }),
  queryFault('ties-several', 'Documents of another match value with the order value of the last one are skipped.', {
    rest: (documents, { after, match = {} }, inOrder, { order, key }) => {
      if (!after) return documents;
      const last = documents.find((document) => document[key] === after.key);
      const [several] = Object.keys(match).filter((field) => Array.isArray(match[field]));
      const isOther = (document: Document) =>
        several !== undefined && document[order] === after.value && document[several] !== last?.[several];
      return documents.filter(
        (document) => inOrder(document, { [order]: after.value, [key]: after.key }) > 0 && !isOther(document),
      );
    },
  }),
  queryFault('descending', 'The newest comes last.', { isDescending: () => false }),
  queryFault('ascending', 'Every index is descending.', { isDescending: () => true }),
  queryFault('store.value.order-of-numbers', 'Numbers are ordered as texts.', { compare: asText }, 'numbers-as-texts'),
  queryFault('match', 'A match value is taken for the beginning of one.', {
    matches: (value, wanted) =>
      matches(value, wanted) || (typeof value === 'string' && typeof wanted === 'string' && value.startsWith(wanted)),
  }),
  queryFault('match-boolean', 'A match with false is none at all.', {
    matches: (value, wanted) => wanted === false || matches(value, wanted),
  }),
  queryFault('match-several', 'Of several match values only the first counts.', {
    matches: (value, wanted) => matches(value, Array.isArray(wanted) ? wanted[0] : wanted),
  }),
  queryFault('absent-match-field', 'Documents without the field that is matched are in the index too.', {
    matches: (value, wanted) => value === undefined || matches(value, wanted),
  }),
  queryFault('absent-order-field', 'Documents without the order field come first.', { isIndexed: () => true }),
  queryFault('bounds', 'The upper bound is exclusive.', {
    isWithin: (value, { from, to }, by) =>
      (from === undefined || by(value, from) >= 0) && (to === undefined || by(value, to) < 0),
  }),
  queryFault('bounds-text', 'Bounds that are texts are not looked at.', {
    isWithin: (value, query, by) => typeof value === 'string' || right.isWithin(value, query, by),
  }),
  queryFault('bounds-with-match', 'Bounds are not looked at where there is a match.', {
    isWithin: (value, query, by) => query.match !== undefined || right.isWithin(value, query, by),
  }),
  queryFault('limit', 'A page has one document more than its limit.', {
    page: (documents, { limit }) => documents.slice(0, limit + 1),
  }),
  queryFault('thousand', 'A page has at most 100 documents, whatever the limit.', {
    page: (documents, { limit }) => documents.slice(0, Math.min(limit, 100)),
  }),
  queryFault('after', 'A position whose document is gone begins at the start again.', {
    rest: (documents, { after }, _inOrder, { key }) =>
      after ? documents.slice(documents.findIndex((document) => document[key] === after.key) + 1) : documents,
  }),
  queryFault(
    'after',
    'A page begins with the last document of the one before.',
    {
      rest: (documents, { after }, inOrder, { order, key }) =>
        after
          ? documents.filter((document) => inOrder(document, { [order]: after.value, [key]: after.key }) >= 0)
          : documents,
    },
    'after-inclusive',
  ),
  queryFault('whole-documents', 'A query gives only the fields of its index.', {
    page: (documents, { limit }) =>
      documents.slice(0, limit).map((document) => Object.fromEntries(Object.entries(document).slice(0, 5))),
  }),
  queryFault('nothing', 'A query that matches nothing fails.', {
    page: (documents, { limit }) => {
      if (documents.length === 0) throw new RunvoyError('NOT_FOUND', 'nothing matches');
      return documents.slice(0, limit);
    },
  }),
  storeFault(
    'query-offsets',
    'store.query.while-others-write',
    'Pages are counted: the next begins after as many documents as were given, whatever was written meanwhile.',
    (store) => {
      const offsets = new Map<string, number>();
      return {
        async query(collection, { after, ...query }) {
          const offset = after ? (offsets.get(after.key) ?? 0) : 0;
          const all: Document[] = [];
          for (let last: Query['after']; ; ) {
            const page = await store.query(collection, { ...query, limit: 1000, ...(last && { after: last }) });
            all.push(...page);
            const end = page.at(-1);
            if (!end || page.length < 1000) break;
            const { order } = (collections[collection].indexes as Record<string, IndexDeclaration>)[query.index]!;
            last = { value: end[order] as number, key: keyOf(collection, end) };
          }
          const page = all.slice(offset, offset + query.limit);
          const last = page.at(-1);
          if (last) offsets.set(keyOf(collection, last), offset + page.length);
          return page;
        },
      };
    },
  ),
  storeFault(
    'query-lags',
    'store.query.sees-writes',
    'A query sees what was inserted only half a second later, though the harness declares no lag.',
    (store, context) => {
      const times = sharedBy(context, 'times', () => new Map<string, number>());
      return {
        async insert(collection, document) {
          await store.insert(collection, document);
          times.set(keyOf(collection, document), performance.now());
        },
        query: async (collection, query) =>
          (await store.query(collection, query)).filter(
            (document) => performance.now() - (times.get(keyOf(collection, document)) ?? 0) > 500,
          ),
      };
    },
  ),
  storeFault(
    'query-old-index',
    'store.update.indexes-follow',
    'An index keeps the values that a document was inserted with.',
    (store, context) => {
      const inserted = sharedBy(context, 'inserted', () => new Map<string, Document>());
      return {
        async insert(collection, document) {
          await store.insert(collection, document);
          inserted.set(`${collection} ${keyOf(collection, document)}`, structuredClone(document));
        },
        async query(collection, query) {
          const documents = [...inserted]
            .filter(([id]) => id.startsWith(`${collection} `))
            .map(([, document]) => document);
          const found = answer(right, collection, documents, query);
          const now = await Promise.all(found.map((document) => store.get(collection, keyOf(collection, document))));
          return now.filter((document) => document !== undefined);
        },
      };
    },
  ),
];
