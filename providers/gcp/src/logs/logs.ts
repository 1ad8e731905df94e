import { randomBytes } from 'node:crypto';
import type { CallOptions, LogLine, LogNews, LogPage, Logs } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import type { Clients } from '../connect/clients.ts';
import { withinDeadline } from '../store/within-deadline.ts';
import type { LogArchive } from './archive.ts';
import { Cursors, type Place } from './cursor.ts';
import { HeldLines } from './held-lines.ts';
import { logCollection } from './log-collection.ts';
import { checkLines } from './log-document.ts';
import { LogTail } from './log-tail.ts';
import { LogWriter } from './log-writer.ts';
import { type PlacedPage, pageOf } from './pages.ts';
import { readPage } from './read-page.ts';

const defaultPageBytes = 1024 * 1024;
const watchPageBytes = 512 * 1024;
/** Executions whose lines this process keeps apart by what it remembers; others are read once more. */
const rememberedWriters = 300;
const dayMilliseconds = 24 * 3600 * 1000;

export interface LogsParts {
  config: GcpConfig;
  clients: Clients;
  lifecycle: Lifecycle;
  now(): number;
  archive: LogArchive;
}

/** What tasks print, in Firestore: Cloud Logging itself answers 60 requests a minute, for a whole project. */
export class FirestoreLogs implements Logs {
  readonly #parts: LogsParts;
  readonly #process = randomBytes(8).toString('hex');
  readonly #writers = new Map<string, LogWriter>();
  readonly #tails = new Map<string, LogTail>();

  constructor(parts: LogsParts) {
    this.#parts = parts;
  }

  append(
    executionId: string,
    lines: readonly LogLine[],
    { end = false }: { end?: boolean } = {},
    call?: CallOptions,
  ): Promise<void> {
    return this.#settle(call, async () => {
      checkLines(lines);
      if (lines.length > 0 || end) await (await this.#writer(executionId)).append(lines, end);
    });
  }

  read(
    executionId: string,
    { after, maximumBytes = defaultPageBytes }: { after?: string; maximumBytes?: number } = {},
    call?: CallOptions,
  ): Promise<LogPage> {
    return this.#settle(call, async () => {
      const cursors = new Cursors(executionId);
      const { page } = await readPage(await this.#collection(executionId), cursors.parse(after), cursors, maximumBytes);
      return page.chunks.length === 0 && after !== undefined ? { ...page, cursor: after } : page;
    });
  }

  async *watch(
    executionId: string,
    { after }: { after?: string } = {},
    call?: CallOptions,
  ): AsyncGenerator<LogPage, void, undefined> {
    const { lifecycle } = this.#parts;
    lifecycle.enter(call);
    const cursors = new Cursors(executionId);
    let place = cursors.parse(after);
    let tail: LogTail | undefined;
    try {
      while (!call?.signal?.aborted) {
        if (tail?.isEmpty) {
          await this.#change(tail, call);
          continue;
        }
        const documents = tail?.from(place.document);
        const placed = documents
          ? pageOf(documents, place, cursors, watchPageBytes)
          : await this.#readForWatch(executionId, place, cursors, call);
        if (!placed) return;
        const { page, cut } = placed;
        place = placed.place;
        if (page.chunks.length > 0 || page.ended) yield page;
        if (page.ended) return;
        if (cut) continue;
        if (documents) await this.#change(tail!, call);
        else tail ??= await this.#join(executionId, place);
      }
    } finally {
      if (tail) this.#leave(executionId, tail);
    }
  }

  ended(executionId: string, call?: CallOptions): Promise<boolean> {
    return this.#settle(call, async () => {
      if (this.#writers.get(executionId)?.ended) return true;
      const collection = await this.#collection(executionId);
      const { empty } = await collection.where('ended', '==', true).limit(1).get();
      return !empty;
    });
  }

  exchange(executionId: string, held: readonly LogLine[], call?: CallOptions): Promise<LogNews> {
    return this.#settle(call, async () => {
      const [writer, collection] = [await this.#writer(executionId), await this.#collection(executionId)];
      const heldLines = new HeldLines(collection, this.#process, this.#parts.now);
      // Of two processes that tell at once, one at least hears the other.
      await heldLines.tell(held);
      const [others] = await Promise.all([heldLines.ofOthers(), writer.catchUp()]);
      return { held: others.filter(({ id }) => !writer.has(id)), written: writer.numbers };
    });
  }

  archive(executionId: string, call?: CallOptions): AsyncIterable<LogLine[]> {
    this.#parts.lifecycle.enter(call);
    return this.#parts.archive.read(executionId, (id) => this.#writers.get(executionId)?.has(id) ?? false, call);
  }

  /** Ends every listener. */
  close(): void {
    for (const tail of this.#tails.values()) tail.close();
    this.#tails.clear();
  }

  /** `undefined`: the caller went away. */
  async #readForWatch(
    executionId: string,
    place: Place,
    cursors: Cursors,
    call: CallOptions | undefined,
  ): Promise<PlacedPage | undefined> {
    try {
      return await this.#settle(call, async () =>
        readPage(await this.#collection(executionId), place, cursors, watchPageBytes),
      );
    } catch (error) {
      if (call?.signal?.aborted) return undefined;
      throw error;
    }
  }

  async #join(executionId: string, { document }: Place): Promise<LogTail> {
    const collection = await this.#collection(executionId);
    const { FieldPath } = await import('@google-cloud/firestore');
    let tail = this.#tails.get(executionId);
    if (!tail) {
      tail = new LogTail(collection, document, FieldPath.documentId());
      this.#tails.set(executionId, tail);
    }
    tail.watchers++;
    return tail;
  }

  #leave(executionId: string, tail: LogTail): void {
    if (--tail.watchers > 0) return;
    tail.close();
    if (this.#tails.get(executionId) === tail) this.#tails.delete(executionId);
  }

  /** Resolves when a tail has more, when the caller goes away and when the provider closes. */
  async #change(tail: LogTail, call: CallOptions | undefined): Promise<void> {
    try {
      await this.#parts.lifecycle.settle(tail.changed(), call);
    } catch (error) {
      if (!call?.signal?.aborted) throw error;
    }
  }

  async #collection(executionId: string) {
    const { clients, config } = this.#parts;
    return logCollection(await clients.firestore(), config.firestore.prefix, executionId);
  }

  async #writer(executionId: string): Promise<LogWriter> {
    const [firestore, collection] = [await this.#parts.clients.firestore(), await this.#collection(executionId)];
    const known = this.#writers.get(executionId);
    if (known) return known;
    const { now, config } = this.#parts;
    const expiresAt = () => new Date(now() + config.logRetentionDays * dayMilliseconds);
    const writer = new LogWriter(firestore, collection, expiresAt);
    this.#writers.set(executionId, writer);
    if (this.#writers.size > rememberedWriters) this.#writers.delete(this.#writers.keys().next().value!);
    return writer;
  }

  async #settle<T>(call: CallOptions | undefined, work: () => Promise<T>): Promise<T> {
    this.#parts.lifecycle.enter(call);
    const { lifecycle, clients } = this.#parts;
    return lifecycle.settle(withinDeadline(clients.track(work())), call);
  }
}
