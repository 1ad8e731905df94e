import { DocumentReference, Query, WriteBatch } from '@google-cloud/firestore';

export interface Counts {
  reads: number;
  writes: number;
  /** Of logs, which are not among those. */
  logReads: number;
  logWrites: number;
}

/** What the client's types do not show of a query. */
interface Sent {
  toProto(): { structuredQuery: { from: { collectionId: string }[] } };
}

// biome-ignore lint/suspicious/noExplicitAny: any method of any class
type Method = (this: any, ...args: any[]) => any;

/** Documents that Google's client reads and writes from now on: what Firestore's bill says. A query that finds nothing counts as a read. */
export function countDocuments(): { counts: Counts; stop(): void } {
  const counts: Counts = { reads: 0, writes: 0, logReads: 0, logWrites: 0 };
  const count = (path: string, kind: 'read' | 'write', documents = 1) => {
    if (path.includes('runvoy-logs')) counts[kind === 'read' ? 'logReads' : 'logWrites'] += documents;
    else counts[kind === 'read' ? 'reads' : 'writes'] += documents;
  };
  const undo: (() => void)[] = [];
  const replace = (prototype: object, name: string, replaced: (original: Method) => Method) => {
    const methods = prototype as Record<string, Method>;
    const original = methods[name]!;
    methods[name] = replaced(original);
    undo.push(() => {
      methods[name] = original;
    });
  };
  replace(
    DocumentReference.prototype,
    'get',
    (get) =>
      function (this: DocumentReference) {
        count(this.path, 'read');
        return get.call(this);
      },
  );
  replace(
    Query.prototype,
    'get',
    (get) =>
      async function (this: Query) {
        const found = await get.call(this);
        const { from } = (this as unknown as Sent).toProto().structuredQuery;
        count(from[0]!.collectionId, 'read', Math.max(1, found.size));
        return found;
      },
  );
  for (const name of ['create', 'set', 'update', 'delete'])
    replace(
      WriteBatch.prototype,
      name,
      (write) =>
        function (this: WriteBatch, ...args: [DocumentReference]) {
          count(args[0].path, 'write');
          return write.apply(this, args);
        },
    );
  return {
    counts,
    stop() {
      for (const restore of undo.splice(0).reverse()) restore();
    },
  };
}
