import type { CollectionReference } from '@google-cloud/firestore';
import { idOf, type ReadDocument, readDocument } from './log-collection.ts';

const windowDocuments = 256;

/** One listener on the log of an execution, and the last documents that it told of, for everybody in this process who watches. */
export class LogTail {
  watchers = 0;
  #documents: ReadDocument[] = [];
  #error: unknown;
  #changed = Promise.withResolvers<void>();
  readonly #stop: () => void;

  /** `from`: the number of the first document that is of interest. */
  constructor(collection: CollectionReference, from: number, path: OrderPath) {
    const query = collection.orderBy(path).startAt(idOf(from));
    this.#stop = query.onSnapshot(
      (snapshot) => {
        for (const { type, doc } of snapshot.docChanges())
          if (type === 'added') this.#add(readDocument(doc.id, doc.data()));
        this.#wake();
      },
      (error) => {
        this.#error = error;
        this.#wake();
      },
    );
  }

  /** Resolves when there may be more, or rejects with what ended the listener. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Documents from a number on; `undefined` when they are no longer, or not yet, here. Throws what ended the listener. */
  from(number: number): ReadDocument[] | undefined {
    if (this.#error !== undefined) throw this.#error;
    const first = this.#documents[0]?.number;
    if (first === undefined || number < first) return undefined;
    return this.#documents.slice(number - first);
  }

  get isEmpty(): boolean {
    return this.#documents.length === 0 && this.#error === undefined;
  }

  close(): void {
    this.#stop();
    this.#wake();
  }

  #add(document: ReadDocument): void {
    this.#documents.push(document);
    if (this.#documents.length > 2 * windowDocuments) this.#documents = this.#documents.slice(-windowDocuments);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

type OrderPath = Parameters<CollectionReference['orderBy']>[0];
