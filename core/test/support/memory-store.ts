import {
  type Change,
  type CollectionName,
  collections,
  type IndexDeclaration,
  type Query,
  RunvoyError,
  type Store,
} from '../../src/provider.ts';

type Plain = Record<string, unknown>;

const maximumDocumentBytes = 512 * 1024;

/** Reference of the `store` facet: every rule of contract/store.ts, over one `Map` a collection. */
export function createMemoryStore(now: () => number): Store {
  const tables = new Map<CollectionName, Map<string, Plain>>();

  const table = (collection: CollectionName): Map<string, Plain> => {
    if (!(collection in collections)) throw new RunvoyError('INVALID_REQUEST', `no such collection: ${collection}`);
    let documents = tables.get(collection);
    if (!documents) {
      documents = new Map();
      tables.set(collection, documents);
    }
    return documents;
  };

  const isLive = (collection: CollectionName, document: Plain): boolean => {
    const declaration = collections[collection];
    const expiry = 'expires' in declaration ? document[declaration.expires] : undefined;
    return typeof expiry !== 'number' || expiry > now();
  };

  const live = (collection: CollectionName, key: string): Plain | undefined => {
    checkKey(key);
    const document = table(collection).get(key);
    return document && isLive(collection, document) ? document : undefined;
  };

  return {
    async insert(collection, document) {
      const stored = present({ ...document } as Plain);
      const key = String(stored[collections[collection].key] ?? '');
      if (live(collection, key)) throw new RunvoyError('CONFLICT', `${collection}: ${key} exists`);
      checkDocument(stored);
      table(collection).set(key, structuredClone(stored));
    },

    async get(collection, key) {
      return structuredClone(live(collection, key)) as never;
    },

    async update(collection, key, change) {
      const document = live(collection, key);
      if (!document || !holds(document, change.when ?? {})) return undefined;
      const changed = present({ ...document, ...change.set });
      for (const field of (change as Change<Plain>).unset ?? []) delete changed[field];
      checkDocument(changed);
      table(collection).set(key, structuredClone(changed));
      return structuredClone(changed) as never;
    },

    async query(collection, query) {
      const documents = [...table(collection).values()].filter((document) => isLive(collection, document));
      return structuredClone(page(collection, documents, query)) as never;
    },

    async remove(collection, key) {
      checkKey(key);
      table(collection).delete(key);
    },
  };
}

/** `undefined` is absence. */
function present(document: Plain): Plain {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}

function holds(document: Plain, condition: Plain): boolean {
  return Object.entries(condition).every(([field, wanted]) => {
    if (wanted === undefined) return true;
    if (wanted === null) return document[field] === undefined;
    return matches(document[field], wanted);
  });
}

function matches(value: unknown, wanted: unknown): boolean {
  return Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
}

function page(collection: CollectionName, documents: Plain[], query: Query): Plain[] {
  const { key, indexes } = collections[collection];
  const index = (indexes as Record<string, IndexDeclaration>)[query.index];
  if (!index) throw new RunvoyError('INVALID_REQUEST', `${collection} has no index ${query.index}`);
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > 1000)
    throw new RunvoyError('INVALID_REQUEST', 'limit must be 1 to 1,000', {
      field: 'limit',
    });

  const { order, descending } = index;
  const ascending = (a: Plain, b: Plain) => compare(a[order], b[order]) || compare(a[key], b[key]);
  const inOrder = (a: Plain, b: Plain) => (descending ? ascending(b, a) : ascending(a, b));
  const after = query.after && {
    [order]: query.after.value,
    [key]: query.after.key,
  };

  return documents
    .filter((document) => document[order] !== undefined)
    .filter((document) => index.match.every((field) => matches(document[field], query.match?.[field])))
    .filter((document) => query.from === undefined || compare(document[order], query.from) >= 0)
    .filter((document) => query.to === undefined || compare(document[order], query.to) <= 0)
    .filter((document) => after === undefined || inOrder(document, after) > 0)
    .sort(inOrder)
    .slice(0, query.limit);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function checkKey(key: string): void {
  const characters = [...key].length;
  if (characters < 1 || characters > 512)
    throw new RunvoyError('INVALID_REQUEST', 'keys have 1 to 512 characters', {
      field: 'key',
    });
}

function checkDocument(document: Plain): void {
  for (const [field, value] of Object.entries(document)) {
    const flat =
      typeof value === 'string' ||
      typeof value === 'boolean' ||
      Number.isFinite(value) ||
      (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    if (!flat)
      throw new RunvoyError('INVALID_REQUEST', `${field} is no field value`, {
        field,
      });
  }
  if (Buffer.byteLength(JSON.stringify(document)) > maximumDocumentBytes)
    throw new RunvoyError('PAYLOAD_TOO_LARGE', 'a document may have 512 KiB');
}
