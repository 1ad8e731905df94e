import { setTimeout as delay } from 'node:timers/promises';
import type { CollectionReference, DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { type Change, type CollectionDeclaration, type Query, RunvoyError } from '@runvoy/core/provider';
import { holds } from '@runvoy/core/toolkit';
import { documentId } from './document-id.ts';
import { planQueries } from './query.ts';
import { RecentSnapshots, type Snapshot } from './recent-snapshots.ts';

type Fields = Record<string, unknown>;

/** A Timestamp that Firestore's own expiry reads; documents hold milliseconds, which it does not understand. */
export const expiryField = '_ttl';

/** A document that is created in the same commit as another. */
export interface Companion {
  reference: DocumentReference;
  fields: Fields;
  /** Called once both are there. */
  created(): void;
}

/** The companion of a new document, by the document's key. */
export type CompanionOf = (firestore: Firestore, key: string) => Companion;

const alreadyExists = 6;
const isLostRace = (error: unknown): boolean => [5, 9, 10].includes((error as { code?: number }).code ?? -1);

/** One declared collection. Writes have preconditions instead of transactions, which lock. */
export class FirestoreCollection {
  readonly #firestore: Firestore;
  readonly #collection: CollectionReference;
  readonly #declaration: CollectionDeclaration;
  readonly #now: () => number;
  readonly #recent = new RecentSnapshots();

  readonly #companionOf: CompanionOf | undefined;

  constructor(
    firestore: Firestore,
    path: string,
    declaration: CollectionDeclaration,
    now: () => number,
    companionOf?: CompanionOf,
  ) {
    this.#firestore = firestore;
    this.#companionOf = companionOf;
    this.#collection = firestore.collection(path);
    this.#declaration = declaration;
    this.#now = now;
  }

  /** A companion that is there already is left as it is. */
  async insert(document: Fields): Promise<void> {
    const key = document[this.#declaration.key] as string;
    const id = documentId(key);
    let companion = this.#companionOf?.(this.#firestore, key);
    for (let attempt = 0; ; attempt++, companion = undefined) {
      try {
        const batch = this.#firestore.batch().create(this.#collection.doc(id), this.#stored(document));
        if (companion) batch.create(companion.reference, companion.fields);
        const [written] = await batch.commit();
        this.#recent.set(id, { document: withoutUndefined(document), updateTime: written!.writeTime });
        companion?.created();
        return;
      } catch (error) {
        if ((error as { code?: number }).code !== alreadyExists) throw error;
      }
      const taken = await this.#read(id);
      if (taken && !this.#isExpired(taken.document)) {
        throw new RunvoyError('CONFLICT', `${this.#collection.id} has a document with this key already`, {
          field: this.#declaration.key,
        });
      }
      if (taken && (await this.#write(id, taken, withoutUndefined(document)))) return;
      await pauseBefore(attempt);
    }
  }

  async get(key: string): Promise<Fields | undefined> {
    const snapshot = await this.#read(documentId(key));
    return snapshot && !this.#isExpired(snapshot.document) ? { ...snapshot.document } : undefined;
  }

  async update(key: string, change: Change<Fields>): Promise<Fields | undefined> {
    const id = documentId(key);
    let remembered = this.#recent.get(id);
    for (let attempt = 0; ; attempt++) {
      const before = remembered ?? (await this.#read(id));
      const applies = before && !this.#isExpired(before.document) && holds(change.when, before.document);
      if (!applies && !remembered) return undefined;
      remembered = undefined;
      if (!applies) continue;
      const after = withoutUndefined({ ...before.document, ...change.set });
      for (const field of change.unset ?? []) delete after[field];
      if (await this.#write(id, before, after)) return { ...after };
      await pauseBefore(attempt);
    }
  }

  async query(query: Query): Promise<Fields[]> {
    const { FieldPath } = await import('@google-cloud/firestore');
    const plans = planQueries(this.#collection, this.#declaration, query, FieldPath.documentId());
    const pages = await Promise.all(
      plans.map(async (plan) => {
        const found: DocumentSnapshot[] = [];
        // What has expired is skipped here: a condition on a second field would need an index for each query.
        for (let from = plan; ; ) {
          const wanted = query.limit - found.length;
          const { docs } = await from.limit(wanted).get();
          found.push(...docs.filter((document) => !this.#isExpired(document.data())));
          if (docs.length < wanted || found.length === query.limit) return found;
          from = plan.startAfter(docs.at(-1)!);
        }
      }),
    );
    const found = pages.length === 1 ? pages[0]! : this.#merge(query, pages.flat());
    return found.slice(0, query.limit).map((snapshot) => this.#remember(snapshot)!.document);
  }

  async remove(key: string): Promise<void> {
    const id = documentId(key);
    this.#recent.delete(id);
    await this.#collection.doc(id).delete();
  }

  /** Replaces a document by another if nobody has changed it since it was read. */
  async #write(id: string, before: Snapshot, after: Fields): Promise<boolean> {
    const { FieldPath, FieldValue } = await import('@google-cloud/firestore');
    const stored = this.#stored(after);
    const old = this.#stored(before.document);
    const changed = Object.keys({ ...old, ...stored }).filter((field) => !isSame(old[field], stored[field]));
    if (changed.length === 0) return true;
    const [first, second, ...rest] = changed.flatMap((field) => [
      new FieldPath(field),
      field in stored ? stored[field] : FieldValue.delete(),
    ]);
    try {
      const precondition = { lastUpdateTime: before.updateTime };
      const reference = this.#collection.doc(id);
      const { writeTime } = await reference.update(first as string, second, ...rest, precondition);
      this.#recent.set(id, { document: after, updateTime: writeTime });
      return true;
    } catch (error) {
      if (!isLostRace(error)) throw error;
      this.#recent.delete(id);
      return false;
    }
  }

  async #read(id: string): Promise<Snapshot | undefined> {
    return this.#remember(await this.#collection.doc(id).get());
  }

  #remember(found: DocumentSnapshot): Snapshot | undefined {
    const document = found.data();
    if (!document) {
      this.#recent.delete(found.id);
      return undefined;
    }
    delete document[expiryField];
    this.#recent.set(found.id, { document, updateTime: found.updateTime! });
    return { document: { ...document }, updateTime: found.updateTime! };
  }

  #merge(query: Query, found: DocumentSnapshot[]): DocumentSnapshot[] {
    const { order, descending } = this.#declaration.indexes[query.index]!;
    const sign = descending ? -1 : 1;
    return found.sort((a, b) => sign * (compare(a.get(order), b.get(order)) || compare(a.id, b.id)));
  }

  #stored(document: Fields): Fields {
    const expires = this.#declaration.expires && document[this.#declaration.expires];
    const stored = withoutUndefined(document);
    return typeof expires === 'number' ? { ...stored, [expiryField]: new Date(expires) } : stored;
  }

  #isExpired(document: Fields): boolean {
    const { expires } = this.#declaration;
    return expires !== undefined && (document[expires] as number) <= this.#now();
  }
}

function withoutUndefined(document: Fields): Fields {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
}

/** Firestore's order of numbers and of text, which is by bytes of UTF-8. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/** Those who lost a race do not meet again at once. */
async function pauseBefore(attempt: number): Promise<void> {
  await delay(Math.random() * Math.min(200, 10 * 2 ** attempt));
}
