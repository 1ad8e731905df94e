import type { Client } from '../../../src/client/types.ts';
import { RunvoyError } from '../../../src/contract/errors.ts';
import type { LogStream } from '../../../src/contract/logs.ts';
import { LogPage, type LogRow, type StreamState, type TextFrame } from './log-page.ts';
import { plain } from './text-style.ts';

const pageRows = 4096;
const pageBytes = 1 << 18;
/** Text that is kept. What is beyond it is fetched again when it is looked at. */
const keptBytes = 24 << 20;

export type ReadLog = Client['follow'];

/** `row`: the first that is new or has grown, or the first of a page whose text is here again. */
export type LogListener = (change: 'added' | 'fetched', row: number) => void;

/**
 * The log of one execution as far as it has come: what is needed to scroll through all of it, and the text of the parts that
 * were looked at last.
 */
export class LogStore {
  rows = 0;
  bytes = 0;
  /** Columns of the widest row. */
  widest = 0;
  /** After everything that is here. */
  cursor: string | undefined;
  readonly #executionId: string;
  readonly #read: ReadLog;
  readonly #pages: LogPage[] = [];
  readonly #states: Record<LogStream, StreamState>;
  readonly #listeners = new Set<LogListener>();
  #clock = 0;
  #fetching: Promise<void> = Promise.resolve();

  /** `read`: how pages that were let go are fetched again, as `Client.follow`. */
  constructor(executionId: string, read: ReadLog) {
    this.#executionId = executionId;
    this.#read = read;
    const state = (): StreamState => ({ style: plain, unfinished: false });
    this.#states = { stdout: state(), stderr: state(), system: state() };
  }

  get pages(): readonly LogPage[] {
    return this.#pages;
  }

  onChange(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(frame: TextFrame): void {
    const page = this.#pageFor(frame);
    const before = page.rows;
    const changed = page.add(frame, this.#states[frame.stream]);
    this.rows += page.rows - before;
    this.bytes += frame.text.length;
    this.cursor = frame.cursor;
    for (let index = changed; index < page.rows; index++) this.widest = Math.max(this.widest, page.width(index));
    this.#tell('added', page.firstRow + changed);
  }

  row(index: number): LogRow {
    const page = this.pageOfRow(index);
    page.used = ++this.#clock;
    return page.row(index - page.firstRow);
  }

  pageOfRow(row: number): LogPage {
    return this.#pages[this.pageIndexOfRow(row)]!;
  }

  pageIndexOfRow(row: number): number {
    return this.#lastPage((page) => page.firstRow <= row);
  }

  /** The first row of a line, or `undefined` when it is not here (yet). */
  rowOfLine(line: number): number | undefined {
    const page = this.#pages[this.#lastPage(({ firstLine }) => firstLine <= line)];
    if (!page) return undefined;
    const index = page.rowOfLine(line);
    const row = page.firstRow + index;
    return index < page.rows && this.row(row).line === line ? row : undefined;
  }

  /** Resolves when the text of these pages is here; those that are fetched at the same time wait for each other. */
  ensure(fromPage: number, toPage: number, signal?: AbortSignal): Promise<void> {
    const work = this.#fetching.then(() => this.#fetchMissing(fromPage, toPage, signal));
    this.#fetching = work.catch(() => undefined);
    return work;
  }

  /** The rows' bytes as they were printed. */
  async *exactBytes(fromRow: number, toRow: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let row = fromRow; row <= toRow; ) {
      const index = this.pageIndexOfRow(row);
      await this.ensure(index, index, signal);
      const page = this.#pages[index]!;
      for (; row <= toRow && row < page.firstRow + page.rows; row++) yield page.exactBytes(row - page.firstRow);
    }
  }

  #pageFor(frame: TextFrame): LogPage {
    const last = this.#pages.at(-1);
    const full = last && (last.rows >= pageRows || last.byteLength >= pageBytes);
    // Frames that were read without a stream may share a cursor, which then only says where the last of them ends.
    if (last && (!full || frame.cursor === this.cursor)) return last;
    last?.seal();
    const page = new LogPage(this.cursor, this.rows);
    this.#pages.push(page);
    this.#forget();
    return page;
  }

  async #fetchMissing(fromPage: number, toPage: number, signal?: AbortSignal): Promise<void> {
    for (let index = fromPage; index <= toPage; index++) {
      signal?.throwIfAborted();
      const page = this.#pages[index];
      if (page && !page.bytes) index = await this.#fetchRun(index, toPage, signal);
    }
    this.#forget();
  }

  /** Fetches consecutive pages over one connection; the index of the last of them. */
  async #fetchRun(first: number, toPage: number, signal?: AbortSignal): Promise<number> {
    const abort = new AbortController();
    const stop = () => abort.abort();
    signal?.addEventListener('abort', stop);
    let index = first;
    let page = this.#pages[index]!;
    let buffer = new Uint8Array(page.byteLength);
    let filled = 0;
    try {
      const { before: after } = page;
      const options = { follow: false, signal: abort.signal, ...(after !== undefined && { after }) };
      for await (const event of this.#read(this.#executionId, options)) {
        if (event.type !== 'log') continue;
        let text = event.continues ? event.text.subarray(0, -1) : event.text;
        while (text.length > 0) {
          const part = text.subarray(0, buffer.length - filled);
          buffer.set(part, filled);
          filled += part.length;
          text = text.subarray(part.length);
          if (filled < buffer.length) continue;
          page.bytes = buffer;
          page.used = ++this.#clock;
          this.#tell('fetched', page.firstRow);
          const next = this.#pages[index + 1];
          if (index === toPage || !next || next.bytes) return index;
          index++;
          page = next;
          buffer = new Uint8Array(page.byteLength);
          filled = 0;
        }
      }
      throw new RunvoyError('SERVICE_UNAVAILABLE', 'a part of the log cannot be read any more', {
        remedy: 'Reload the page.',
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      abort.abort();
    }
  }

  /** Lets go of the text that has not been looked at for longest. */
  #forget(): void {
    const held = this.#pages.slice(0, -1).filter(({ bytes }) => bytes);
    let sum = held.reduce((total, { byteLength }) => total + byteLength, 0);
    if (sum <= keptBytes) return;
    held.sort((a, b) => a.used - b.used);
    for (const page of held) {
      if (sum <= keptBytes) return;
      page.bytes = undefined;
      sum -= page.byteLength;
    }
  }

  #lastPage(holds: (page: LogPage) => boolean): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#pages[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #tell(change: 'added' | 'fetched', row: number): void {
    for (const listener of this.#listeners) listener(change, row);
  }
}
