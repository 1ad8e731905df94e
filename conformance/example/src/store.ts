import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type CollectionName,
  collections,
  type IndexDeclaration,
  type Query,
  RunvoyError,
  type Store,
} from '@runvoy/core/provider';
import { Journal } from './journal.ts';

type Plain = Record<string, unknown>;
type Entry = { id: string /** The writer's clock. */; at: number } & (
  | { insert: Plain }
  | { update: string; set: Plain; unset: readonly string[]; when: Plain }
  | { remove: string }
);

/** Documents of one collection as its journal tells. */
class Table {
  readonly documents = new Map<string, Plain>();
  /** Told what became of an entry of this process: the document as written, or `undefined` when it did not apply. */
  readonly waiting = new Map<string, (outcome: Plain | undefined) => void>();
  readonly journal: Journal<Entry>;
  readonly #declaration: { key: string; expires?: string };

  constructor(path: string, collection: CollectionName) {
    this.journal = new Journal(path, (entry) => {
      const outcome = this.#apply(entry);
      this.waiting.get(entry.id)?.(outcome);
    });
    this.#declaration = collections[collection];
  }

  live(key: string, now: number): Plain | undefined {
    const document = this.documents.get(key);
    const expiry = document?.[this.#declaration.expires ?? ''];
    return typeof expiry === 'number' && expiry <= now ? undefined : document;
  }

  // #region apply
  /** The conditions are decided here, by each reader alike, at the entry's place in the file and by the clock of its writer. */
  #apply(entry: Entry): Plain | undefined {
    if ('remove' in entry) {
      this.documents.delete(entry.remove);
      return undefined;
    }
    const key = 'insert' in entry ? String(entry.insert[this.#declaration.key]) : entry.update;
    const document = this.live(key, entry.at);
    if ('insert' in entry ? document : !document || !holds(document, entry.when)) return undefined;
    const changed = 'insert' in entry ? entry.insert : { ...document, ...entry.set };
    if ('unset' in entry) for (const field of entry.unset) delete changed[field];
    this.documents.set(key, changed);
    return changed;
  }
  // #endregion
}

// #region store
/** Metadata documents: a journal for each collection. */
export function createStore(folder: string, now: () => number): Store {
  const tables = new Map<CollectionName, Table>();
  const tableOf = (collection: CollectionName): Table => {
    const path = join(folder, 'documents', `${collection}.jsonl`);
    const table = tables.get(collection) ?? new Table(path, collection);
    tables.set(collection, table);
    return table;
  };

  const write = async (collection: CollectionName, change: object): Promise<Plain | undefined> => {
    const table = tableOf(collection);
    const entry = { id: randomUUID(), at: now(), ...change } as Entry;
    let told: { outcome: Plain | undefined } | undefined;
    table.waiting.set(entry.id, (outcome) => {
      told = { outcome };
    });
    try {
      await table.journal.append(entry);
      await table.journal.catchUp();
    } finally {
      table.waiting.delete(entry.id);
    }
    if (!told) throw new RunvoyError('DATABASE_ERROR', `${collection}: the write was torn`);
    return told.outcome;
  };

  return {
    async insert(collection, document) {
      if (!(await write(collection, { insert: document })))
        throw new RunvoyError('CONFLICT', `${collection}: there is such a document already`);
    },
    async get(collection, key) {
      const table = tableOf(collection);
      await table.journal.catchUp();
      return structuredClone(table.live(key, now())) as never;
    },
    async update(collection, key, { set = {}, unset = [], when = {} }) {
      const absent = Object.entries(set).flatMap(([field, value]) => (value === undefined ? [field] : []));
      return structuredClone(
        await write(collection, { update: key, set, unset: [...unset, ...absent], when }),
      ) as never;
    },
    async query(collection, query) {
      const table = tableOf(collection);
      await table.journal.catchUp();
      const at = now();
      const live = [...table.documents.keys()].map((key) => table.live(key, at)).filter((it) => it !== undefined);
      return structuredClone(page(collection, live, query)) as never;
    },
    async remove(collection, key) {
      await write(collection, { remove: key });
    },
  };
}
// #endregion

function holds(document: Plain, when: Plain): boolean {
  return Object.entries(when).every(([field, wanted]) =>
    wanted === null ? document[field] === undefined : matches(document[field], wanted),
  );
}

const matches = (value: unknown, wanted: unknown) =>
  Array.isArray(wanted) ? wanted.includes(value) : value === wanted;

/** In the index's order; documents with one order value are in the order of their keys, so that `after` is always a place. */
function page(
  collection: CollectionName,
  documents: Plain[],
  { match = {}, from, to, after, ...query }: Query,
): Plain[] {
  const { key, indexes } = collections[collection];
  const index = (indexes as Record<string, IndexDeclaration>)[query.index];
  if (!index) throw new RunvoyError('INVALID_REQUEST', `${collection} has no index ${query.index}`, { field: 'index' });
  const { order, descending } = index;
  const place = (a: Plain, b: Plain) =>
    (compare(a[order], b[order]) || compare(a[key], b[key])) * (descending ? -1 : 1);
  return documents
    .filter((document) => document[order] !== undefined)
    .filter((document) => index.match.every((field) => matches(document[field], match[field])))
    .filter((document) => from === undefined || compare(document[order], from) >= 0)
    .filter((document) => to === undefined || compare(document[order], to) <= 0)
    .filter((document) => !after || place(document, { [order]: after.value, [key]: after.key }) > 0)
    .sort(place)
    .slice(0, query.limit);
}

/** Texts by their bytes in UTF-8, as every database does. JavaScript's own order is another one beyond U+FFFF. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a === b ? 0 : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
