import type { CollectionReference } from '@google-cloud/firestore';
import type { LogLine } from '@runvoy/core/provider';
import { expiryField } from '../store/collection.ts';

/** Of the JSON of a document; what is over is told the next time. */
const documentBytes = 700 * 1024;
const lifetimeMilliseconds = 24 * 3600 * 1000;
/** Ids that begin with it come before those of the log's own documents, so that no reader of the log meets them. */
const mark = '-';
/** After all of them, which go on with hexadecimal digits. */
const last = '-~';

/**
 * What each process holds back of a log until it has what was printed before: a document a process, among those of the log, whose
 * expiry and exemptions from indexes they share.
 */
export class HeldLines {
  readonly #collection: CollectionReference;
  readonly #ownId: string;
  readonly #now: () => number;

  /** `process`: hexadecimal digits that no other process has. */
  constructor(collection: CollectionReference, process: string, now: () => number) {
    this.#collection = collection;
    this.#ownId = mark + process;
    this.#now = now;
  }

  /** Takes the place of what this process told before. */
  async tell(lines: readonly LogLine[]): Promise<void> {
    const text: string[] = [];
    let bytes = 0;
    for (const line of lines.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0))) {
      const json = JSON.stringify(line);
      bytes += Buffer.byteLength(json) + 1;
      if (bytes > documentBytes) break;
      text.push(json);
    }
    const expires = new Date(this.#now() + lifetimeMilliseconds);
    await this.#collection.doc(this.#ownId).set({ text: Buffer.from(`[${text.join(',')}]`), [expiryField]: expires });
  }

  /** What others told last. */
  async ofOthers(): Promise<LogLine[]> {
    const { FieldPath } = await import('@google-cloud/firestore');
    const query = this.#collection.orderBy(FieldPath.documentId()).startAt(mark).endBefore(last);
    const { docs } = await query.get();
    return docs
      .filter(({ id }) => id !== this.#ownId)
      .flatMap((document) => JSON.parse(document.get('text').toString()));
  }
}
