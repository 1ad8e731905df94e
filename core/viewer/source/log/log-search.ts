import type { LogStore } from './log-store.ts';
import { nextTask } from './next-task.ts';
import { visibleText } from './terminal-line.ts';
import { throttle } from './throttle.ts';

export interface SearchOptions {
  text: string;
  matchCase: boolean;
  regularExpression: boolean;
}

const sliceMilliseconds = 8;
/** Pages that are fetched over one connection when their text is not here. */
const pagesAtOnce = 48;
const progressMilliseconds = 100;

/** The expression that finds what is asked for, with the flag `g`; a text when it is none. */
export function compileSearch({ text, matchCase, regularExpression }: SearchOptions): RegExp | string {
  try {
    const source = regularExpression ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return new RegExp(source, matchCase ? 'gu' : 'giu');
  } catch (error) {
    return (error as Error).message.replace(/^.*: /, '');
  }
}

/** Finds the rows that match: all that are here, then those that come. Works in slices, so that the page stays quick. */
export class LogSearch {
  /** Rows with at least one match, ascending. */
  readonly rows: number[] = [];
  /** All matches in them. */
  matches = 0;
  readonly #store: LogStore;
  readonly #pattern: RegExp;
  readonly #onProgress: ReturnType<typeof throttle>;
  readonly #onFailure: (error: unknown) => void;
  readonly #stopped = new AbortController();
  readonly #counts: number[] = [];
  #scanned = 0;
  #running = false;

  constructor(
    store: LogStore,
    pattern: RegExp,
    { onProgress, onFailure }: { onProgress(): void; onFailure(error: unknown): void },
  ) {
    this.#store = store;
    this.#pattern = pattern;
    this.#onProgress = throttle(onProgress, progressMilliseconds);
    this.#onFailure = onFailure;
    this.#stopped.signal.addEventListener(
      'abort',
      store.onChange((change, row) => {
        if (change === 'added') this.#grown(row);
      }),
    );
    void this.#run();
  }

  /** Everything that is here has been looked at. */
  get complete(): boolean {
    return this.#scanned >= this.#store.rows;
  }

  stop(): void {
    this.#stopped.abort();
    this.#onProgress.cancel();
  }

  /** Index in `rows` of the first match at or after a row, going on at the start; -1 when there is none. */
  indexFrom(row: number): number {
    if (this.rows.length === 0) return -1;
    const found = this.rows.findIndex((one) => one >= row);
    return found === -1 ? 0 : found;
  }

  #grown(row: number): void {
    while (this.rows.length > 0 && this.rows.at(-1)! >= row) {
      this.rows.pop();
      this.matches -= this.#counts.pop()!;
    }
    this.#scanned = Math.min(this.#scanned, row);
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { signal } = this.#stopped;
    try {
      while (!signal.aborted && this.#scanned < this.#store.rows) {
        await nextTask();
        const index = this.#store.pageIndexOfRow(this.#scanned);
        if (!this.#store.pages[index]!.bytes) await this.#fetch(index, signal);
        if (signal.aborted) return;
        this.#scanSlice(index);
        this.#onProgress();
      }
    } catch (error) {
      if (!signal.aborted) this.#onFailure(error);
    } finally {
      this.#running = false;
    }
  }

  /** Fetches what is to be looked at next, and begins with what comes after that. */
  async #fetch(index: number, signal: AbortSignal): Promise<void> {
    await this.#store.ensure(index, index + pagesAtOnce - 1, signal);
    this.#store.ensure(index + pagesAtOnce, index + 2 * pagesAtOnce - 1, signal).catch(() => undefined);
  }

  #scanSlice(index: number): void {
    const page = this.#store.pages[index]!;
    const textOf = page.texts();
    const end = performance.now() + sliceMilliseconds;
    while (this.#scanned < page.firstRow + page.rows) {
      const count = countOf(visibleText(textOf(this.#scanned - page.firstRow)), this.#pattern);
      if (count > 0) {
        this.rows.push(this.#scanned);
        this.#counts.push(count);
        this.matches += count;
      }
      this.#scanned++;
      if (this.#scanned % 256 === 0 && performance.now() > end) return;
    }
  }
}

function countOf(text: string, pattern: RegExp): number {
  let count = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    // An empty match would be found again and again.
    if (match[0] === '') pattern.lastIndex++;
    else count++;
  }
  return count;
}
