import type { CollectionReference, Firestore } from '@google-cloud/firestore';
import type { LogLine } from '@runvoy/core/provider';
import { expiryField } from '../store/collection.ts';
import { idOf } from './log-collection.ts';
import { highest, idsOf, type LogDocument, type Numbers, packLines, shortId } from './log-document.ts';

const alreadyExists = 6;
/** The emulator takes 4 MiB in one commit, Firestore 10. */
const commitBytes = 3 * 1024 * 1024;

/**
 * Adds to the log of one execution. A document is created under the number after the last one that this process knows: that
 * succeeds only if it knows all, and so all ids of lines that are there. Otherwise it reads what others have added, and tries
 * again. One write an append, and no read as long as nobody else appends.
 */
export class LogWriter {
  readonly #firestore: Firestore;
  readonly #collection: CollectionReference;
  readonly #expiresAt: () => Date;
  readonly #ids = new Set<string>();
  #next = 0;
  #ended = false;
  #numbers: Numbers = {};
  #queue: Promise<unknown> = Promise.resolve();

  constructor(firestore: Firestore, collection: CollectionReference, expiresAt: () => Date) {
    this.#firestore = firestore;
    this.#collection = collection;
    this.#expiresAt = expiresAt;
  }

  /** As far as this process knows; an end is never taken back. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The highest numbers of lines that are known to be in the log. */
  get numbers(): Numbers {
    return this.#numbers;
  }

  /** Whether a line is known to be in the log. */
  has(id: string): boolean {
    return this.#ids.has(shortId(id));
  }

  /** One after the other: those of one process would only get in each other's way. */
  append(lines: readonly LogLine[], end: boolean): Promise<void> {
    return this.#inTurn(() => this.#append(lines, end));
  }

  /** Learns what others have added. */
  catchUp(): Promise<void> {
    return this.#inTurn(() => this.#catchUp());
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #append(lines: readonly LogLine[], end: boolean): Promise<void> {
    const identified = lines.map((line) => ({ line, id: shortId(line.id) }));
    for (;;) {
      const seen = new Set<string>();
      const fresh = identified.filter(({ id }) => !this.#ids.has(id) && !seen.has(id) && seen.add(id));
      if (fresh.length === 0 && (!end || this.#ended)) return;
      if (await this.#create(packLines(fresh), end)) return;
      await this.#catchUp();
    }
  }

  /** `false`: somebody else has added to the log meanwhile. */
  async #create(documents: LogDocument[], end: boolean): Promise<boolean> {
    for (const [index, group] of groups(documents).entries()) {
      const isLast = index === groups(documents).length - 1;
      const batch = this.#firestore.batch();
      group.forEach((document, offset) => {
        const ended = this.#ended || (end && isLast && offset === group.length - 1);
        const reference = this.#collection.doc(idOf(this.#next + offset));
        batch.create(reference, { ...document, ...(ended && { ended }), [expiryField]: this.#expiresAt() });
      });
      try {
        await batch.commit();
      } catch (error) {
        // Of a commit whose answer was lost, too: then what is found there is our own.
        if ((error as { code?: number }).code === alreadyExists) return false;
        throw error;
      }
      for (const document of group) this.#learn(document);
      this.#next += group.length;
      if (end && isLast) this.#ended = true;
    }
    return true;
  }

  async #catchUp(): Promise<void> {
    const { FieldPath } = await import('@google-cloud/firestore');
    const later = this.#collection.orderBy(FieldPath.documentId()).startAt(idOf(this.#next));
    const { docs } = await later.select('ids', 'numbers', 'ended').get();
    for (const document of docs) {
      this.#learn(document.data() as Known);
      this.#next = Number(document.id) + 1;
    }
  }

  #learn(document: Known): void {
    for (const id of idsOf(document)) this.#ids.add(id);
    if (document.numbers) this.#numbers = highest(this.#numbers, JSON.parse(document.numbers));
    if (document.ended) this.#ended = true;
  }
}

/** What a writer has to know of a document. */
type Known = Pick<LogDocument, 'ids' | 'numbers' | 'ended'>;

function groups(documents: LogDocument[]): LogDocument[][] {
  const found: LogDocument[][] = [];
  let bytes = commitBytes;
  for (const document of documents) {
    const size = document.text.length + document.ids.length + document.parts.length;
    if (bytes + size > commitBytes) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)!.push(document);
    bytes += size;
  }
  return found;
}
