import { type CollectionName, RunvoyError } from '@runvoy/core/provider';
import { type Fault, roundTrip, sharedBy } from './support/fault.ts';
import { type Document, keyOf, type LooseStore, storeFault } from './support/loose-store.ts';

async function overwrite(store: LooseStore, collection: CollectionName, document: Document): Promise<void> {
  for (let isDone = false; !isDone; ) {
    await store.remove(collection, keyOf(collection, document));
    isDone = await store.insert(collection, document).then(
      () => true,
      () => false,
    );
  }
}

const taken = () => new RunvoyError('CONFLICT', 'the key is taken');

export const storeWriteFaults: readonly Fault[] = [
  storeFault(
    'insert-drops-empty-fields',
    'store.insert.kept',
    'insert drops fields that are false, 0 or empty.',
    (store) => ({
      insert: (collection, document) =>
        store.insert(collection, Object.fromEntries(Object.entries(document).filter(([, value]) => value))),
    }),
  ),
  storeFault(
    'insert-overwrites',
    'store.insert.conflict',
    'insert of a taken key overwrites without a word.',
    (store) => ({
      async insert(collection, document) {
        await store.remove(collection, keyOf(collection, document));
        await store.insert(collection, document);
      },
    }),
  ),
  storeFault(
    'insert-writes-first',
    'store.insert.conflict-changes-nothing',
    'insert writes, and looks afterwards whether the key was taken.',
    (store) => ({
      async insert(collection, document) {
        const key = keyOf(collection, document);
        const wasThere = await store.get(collection, key);
        await store.remove(collection, key);
        await store.insert(collection, document);
        if (wasThere) throw taken();
      },
    }),
  ),
  storeFault(
    'insert-checks-then-writes',
    'store.insert.one-winner',
    'insert looks first and writes then, in two steps.',
    (store) => ({
      async insert(collection, document) {
        const key = keyOf(collection, document);
        if (await store.get(collection, key)) throw taken();
        await roundTrip();
        await overwrite(store, collection, document);
      },
    }),
  ),
  storeFault(
    'insert-null-for-undefined',
    'store.insert.absent-fields',
    'Fields that are undefined come back as null.',
    (store) => ({
      async get(collection, key) {
        const document = await store.get(collection, key);
        if (!document) return undefined;
        const empty = ['exit_code', 'completed_at', 'reason', 'task_ref', 'expires_at', 'replaces']
          .filter((field) => document[field] === undefined)
          .map((field) => [field, null]);
        return { ...document, ...Object.fromEntries(empty) };
      },
    }),
  ),
  storeFault(
    'get-behind-other-connections',
    'store.insert.visible-elsewhere',
    'get reads a copy that lags behind what other connections write.',
    (store, context) => {
      const writes = sharedBy(context, 'writes', () => new Map<string, { by: object; at: number }>());
      const written = (collection: string, key: string) =>
        writes.set(`${collection} ${key}`, { by: store, at: performance.now() });
      return {
        async insert(collection, document) {
          await store.insert(collection, document);
          written(collection, keyOf(collection, document));
        },
        async get(collection, key) {
          const write = writes.get(`${collection} ${key}`);
          if (write && write.by !== store && performance.now() - write.at < 500) return undefined;
          return store.get(collection, key);
        },
      };
    },
  ),
  storeFault(
    'get-behind-updates',
    'store.update.kept',
    'For half a second get gives other connections what was there before an update.',
    (store, context) => {
      const updates = sharedBy(
        context,
        'updates',
        () => new Map<string, { by: object; at: number; before?: Document }>(),
      );
      return {
        async update(collection, key, change) {
          const before = await store.get(collection, key);
          updates.set(`${collection} ${key}`, { by: store, at: performance.now(), ...(before && { before }) });
          return store.update(collection, key, change);
        },
        async get(collection, key) {
          const update = updates.get(`${collection} ${key}`);
          const isBehind = update && update.by !== store && performance.now() - update.at < 500;
          return isBehind ? structuredClone(update.before) : store.get(collection, key);
        },
      };
    },
  ),
  storeFault(
    'caches-what-it-read',
    'store.update.no-lost-update',
    'get answers from a cache of its own connection, which knows nothing of the writes of others.',
    (store) => {
      const cache = new Map<string, Document | undefined>();
      return {
        async get(collection, key) {
          const id = `${collection} ${key}`;
          if (!cache.has(id)) cache.set(id, await store.get(collection, key));
          return structuredClone(cache.get(id));
        },
        async update(collection, key, change) {
          const changed = await store.update(collection, key, change);
          const known = cache.get(`${collection} ${key}`);
          if (known && changed) cache.set(`${collection} ${key}`, { ...known });
          return changed;
        },
      };
    },
  ),
  storeFault(
    'keeps-references',
    'store.insert.own-copy',
    'The store keeps and hands out the very object that it was given.',
    (store, context) => {
      const given = sharedBy(context, 'given', () => new Map<string, Document>());
      return {
        async insert(collection, document) {
          await store.insert(collection, document);
          given.set(`${collection} ${keyOf(collection, document)}`, document);
        },
        get: async (collection, key) =>
          (await store.get(collection, key)) && (given.get(`${collection} ${key}`) ?? store.get(collection, key)),
      };
    },
  ),
  storeFault(
    'one-table',
    'store.insert.collections-apart',
    'All collections share one table, whose key is the key of the document alone.',
    (store, context) => {
      const keys = sharedBy(context, 'keys', () => new Map<string, string>());
      return {
        async insert(collection, document) {
          const key = keyOf(collection, document);
          if ((keys.get(key) ?? collection) !== collection) throw taken();
          await store.insert(collection, document);
          keys.set(key, collection);
        },
      };
    },
  ),
  storeFault(
    'remove-marks-only',
    'store.remove.insert-again',
    'A removed document still holds its key.',
    (store, context) => {
      const removed = sharedBy(context, 'removed', () => new Set<string>());
      return {
        async insert(collection, document) {
          if (removed.has(`${collection} ${keyOf(collection, document)}`)) throw taken();
          await store.insert(collection, document);
        },
        async remove(collection, key) {
          removed.add(`${collection} ${key}`);
          await store.remove(collection, key);
        },
      };
    },
  ),
  storeFault('remove-later', 'store.remove.gone', 'remove answers before the document is gone.', (store) => ({
    async remove(collection, key) {
      setTimeout(() => store.remove(collection, key).catch(() => undefined), 300).unref();
    },
  })),
  storeFault('remove-missing-fails', 'store.remove.absent', 'remove of what is not there fails.', (store) => ({
    async remove(collection, key) {
      if (!(await store.get(collection, key))) throw new RunvoyError('NOT_FOUND', 'nothing to remove');
      await store.remove(collection, key);
    },
  })),
  storeFault('get-missing-fails', 'store.get.absent', 'get of what is not there fails.', (store) => ({
    async get(collection, key) {
      const document = await store.get(collection, key);
      if (!document) throw new RunvoyError('NOT_FOUND', 'no such document');
      return document;
    },
  })),
  storeFault('get-missing-null', 'store.get.absent', 'get of what is not there gives null.', (store) => ({
    get: async (collection, key) => (await store.get(collection, key)) ?? (null as unknown as undefined),
  })),
  storeFault(
    'update-answers-in-part',
    'store.update.answers',
    'update answers with the changed fields only.',
    (store) => ({
      update: async (collection, key, change) => (await store.update(collection, key, change)) && { ...change.set },
    }),
  ),
  storeFault(
    'update-answers-before',
    'store.update.answers',
    'update answers with the document as it was.',
    (store) => ({
      async update(collection, key, change) {
        const before = await store.get(collection, key);
        return (await store.update(collection, key, change)) && before;
      },
    }),
  ),
  storeFault('update-replaces', 'store.update.kept', 'update drops every field that it does not set.', (store) => ({
    async update(collection, key, change) {
      const before = await store.get(collection, key);
      const others = Object.keys(before ?? {}).filter((field) => keyOf(collection, before!) !== before![field]);
      return store.update(collection, key, {
        ...change,
        unset: [...(change.unset ?? []), ...others.filter((field) => !(field in (change.set ?? {})))],
      });
    },
  })),
  storeFault('update-forgets-unset', 'store.update.unset', 'update ignores unset.', (store) => ({
    update: (collection, key, { unset: _ignored, ...change }) => store.update(collection, key, change),
  })),
  storeFault('unset-empties', 'store.update.unset', 'unset leaves an empty text.', (store) => ({
    update: (collection, key, { unset = [], ...change }) =>
      store.update(collection, key, {
        ...change,
        set: { ...change.set, ...Object.fromEntries(unset.map((field) => [field, ''])) },
      }),
  })),
  storeFault(
    'set-or-unset',
    'store.update.unset-only-those',
    'update ignores unset when there is something to set.',
    (store) => ({
      update: (collection, key, { unset, ...change }) =>
        store.update(collection, key, { ...change, ...(unset && !change.set && { unset }) }),
    }),
  ),
  storeFault('update-creates', 'store.update.absent', 'update of what is not there creates it.', (store) => ({
    async update(collection, key, change) {
      const changed = await store.update(collection, key, change);
      if (changed || (await store.get(collection, key)) || change.when) return changed;
      const created = { secret_name: key, execution_id: key, ...change.set };
      await store.insert(collection, created);
      return created;
    },
  })),
  storeFault(
    'update-checks-then-writes',
    'store.update.one-winner',
    'update looks whether its condition holds, and writes in a second step.',
    (store) => ({
      async update(collection, key, { when, ...change }) {
        if (when && !(await store.update(collection, key, { when }))) return undefined;
        await roundTrip();
        return store.update(collection, key, change);
      },
    }),
  ),
  storeFault(
    'update-writes-all-it-read',
    'store.update.own-fields-only',
    'update reads the document, and writes all of it back.',
    (store, context) => {
      const fields = sharedBy(context, 'fields', () => new Set<string>());
      return {
        async update(collection, key, { unset = [], when, set = {} }) {
          for (const field of Object.keys(set)) fields.add(field);
          const before = await store.get(collection, key);
          if (!before) return undefined;
          await roundTrip();
          const whole = { ...before, ...set };
          const others = [...fields].filter((field) => !(field in whole));
          return store.update(collection, key, { set: whole, unset: [...unset, ...others], ...(when && { when }) });
        },
      };
    },
  ),
  storeFault(
    'update-loses-counts',
    'store.update.no-lost-update',
    'A condition is checked against what the connection has read last, not against what is stored.',
    (store) => {
      const read = new Map<string, Document>();
      return {
        async get(collection, key) {
          const document = await store.get(collection, key);
          if (document) read.set(`${collection} ${key}`, document);
          return document;
        },
        async update(collection, key, { when, ...change }) {
          const known = read.get(`${collection} ${key}`);
          if (!known || !when) return store.update(collection, key, { ...change, ...(when && { when }) });
          const holds = Object.entries(when).every(([field, wanted]) => known[field] === wanted);
          return holds ? store.update(collection, key, change) : undefined;
        },
      };
    },
  ),
  storeFault('numbers-of-32-bits', 'store.value.numbers', 'Numbers are kept with 32 bits.', (store) => ({
    insert: (collection, document) => store.insert(collection, mapNumbers(document, Math.fround)),
    update: (collection, key, change) =>
      store.update(collection, key, { ...change, ...(change.set && { set: mapNumbers(change.set, Math.fround) }) }),
  })),
  storeFault('texts-trimmed', 'store.value.texts', 'Texts lose blanks and line breaks at their ends.', (store) => ({
    insert: (collection, document) =>
      store.insert(
        collection,
        Object.fromEntries(
          Object.entries(document).map(([field, value]) => [field, typeof value === 'string' ? value.trim() : value]),
        ),
      ),
  })),
  storeFault('lists-are-sets', 'store.value.lists', 'Lists lose repetitions.', (store) => ({
    insert: (collection, document) =>
      store.insert(
        collection,
        mapLists(document, (list) => [...new Set(list)]),
      ),
    update: (collection, key, change) =>
      store.update(collection, key, {
        ...change,
        ...(change.set && { set: mapLists(change.set, (list) => [...new Set(list)]) }),
      }),
  })),
  storeFault(
    'documents-of-400-kilobytes',
    'store.value.large',
    'A document may have 400 KB, as in DynamoDB.',
    (store) => ({
      async insert(collection, document) {
        if (Buffer.byteLength(JSON.stringify(document)) > 400_000)
          throw new RunvoyError('PAYLOAD_TOO_LARGE', 'too large');
        await store.insert(collection, document);
      },
    }),
  ),
];

function mapNumbers(document: Document, map: (value: number) => number): Document {
  return Object.fromEntries(
    Object.entries(document).map(([field, value]) => [field, typeof value === 'number' ? map(value) : value]),
  );
}

function mapLists(document: Document, map: (value: string[]) => string[]): Document {
  return Object.fromEntries(
    Object.entries(document).map(([field, value]) => [field, Array.isArray(value) ? map(value) : value]),
  );
}
