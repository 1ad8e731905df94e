import { setTimeout as delay } from 'node:timers/promises';
import type { LogPage, Logs } from '../contract/logs.ts';
import type { Logger } from '../contract/plugin.ts';
import { type LogPiece, piecesOf } from './log-pieces.ts';
import { comparePositions, type LogPosition } from './log-position.ts';
import { LogWindow } from './log-window.ts';

export interface LogFollowerOptions {
  logs: Logs;
  executionId: string;
  /** Where to begin: viewers before that read from the store. */
  start: LogPosition;
  pieceBytes: number;
  /** Text that is kept for viewers who are a little behind. */
  windowBytes: number;
  log: Logger;
  /** Something can be taken, or the log is complete. */
  onChange(): void;
}

const readBytes = 1 << 18;
/** Waits, in milliseconds, for an end that a final record promises, before the log is taken for complete without it. */
const waitsForEnd = [50, 100, 250, 500, 1000, 2000];

/**
 * The one `logs.watch` of an execution in this process, and a window of what it yielded last. It reads on only when a viewer
 * wants more ({@link wantMore}): the fastest viewer sets the pace, those who fall out of the window read from the store,
 * and nobody holds up anybody.
 */
export class LogFollower {
  /** Everything before it has been read. */
  head: LogPosition;
  /** Nothing follows `head`, ever. */
  complete = false;
  /** The provider said that the task's output is complete. */
  ended = false;
  readonly #options: LogFollowerOptions;
  readonly #window: LogWindow;
  readonly #stopped = new AbortController();
  #reading = false;
  #watch: { pages: AsyncIterator<LogPage>; abort: AbortController } | undefined;
  #final = false;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
    this.head = options.start;
    this.#window = new LogWindow(options.windowBytes);
  }

  /** Pieces after a place: none when all have been taken, `undefined` when the store must be asked. */
  take(position: LogPosition): readonly LogPiece[] | undefined {
    return comparePositions(position, this.head) >= 0 ? [] : this.#window.after(position);
  }

  /** Pieces from the store, for a viewer that the window is no use to, and the place after them. */
  async readAfter(position: LogPosition): Promise<{ pieces: LogPiece[]; end: LogPosition }> {
    return piecesOf(await this.#readPage(position), position, this.#options.pieceBytes);
  }

  /** A viewer has taken everything: reads on, and calls back when there is more. */
  wantMore(): void {
    if (this.#reading || this.complete || this.#stopped.signal.aborted) return;
    // What may still follow an end comes with the final record.
    if (this.ended && !this.#final) return;
    this.#reading = true;
    this.#readOn().finally(() => {
      this.#reading = false;
      if (!this.#stopped.signal.aborted) this.#options.onChange();
    });
  }

  /** The record is final: what the log holds now is all there will be. */
  finish(): void {
    if (this.#final) return;
    this.#final = true;
    this.#endWatch();
  }

  /** Nobody needs what lies before a place any more. */
  trim(position: LogPosition): void {
    this.#window.trim(position);
  }

  stop(): void {
    this.#stopped.abort();
    this.#endWatch();
    this.#window.clear();
  }

  async #readOn(): Promise<void> {
    for (let failures = 0, waits = 0; !this.#stopped.signal.aborted; ) {
      const wasFinal = this.#final;
      try {
        const page = await this.#nextPage();
        failures = 0;
        if (page?.ended) this.ended = true;
        if (page && this.#add(page)) return;
        if (this.ended && !this.#final) return;
        if (!page || !this.#final) continue;
        if (page.chunks.length > 0 && !page.ended) continue;
        if (page.ended || waits === waitsForEnd.length) {
          this.complete = true;
          return;
        }
        await this.#pause(waitsForEnd[waits++]!);
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        // The watch was cut short by `finish`, which some providers answer with CANCELLED.
        if (this.#final && !wasFinal) continue;
        this.#endWatch();
        const { log, executionId } = this.#options;
        log.warn({ execution_id: executionId, error }, 'a log cannot be read; trying again');
        await this.#pause(Math.min(10_000, 200 * 2 ** failures++));
      }
    }
  }

  /** `undefined`: the watch came to an end without a page. */
  async #nextPage(): Promise<LogPage | undefined> {
    // A log may get lines after its end and before the final record, so the last word is a plain read.
    if (this.#final || this.ended) return this.#readPage(this.head);
    this.#watch ??= this.#startWatch();
    const { value, done } = await this.#watch.pages.next();
    if (!done) return value;
    this.#watch = undefined;
    // Not at once: a watch that keeps returning must not keep this process busy.
    if (!this.#final) await this.#pause(100);
    return undefined;
  }

  #readPage(position: LogPosition): Promise<LogPage> {
    const { logs, executionId } = this.#options;
    const { signal } = this.#stopped;
    return logs.read(executionId, { ...after(position), maximumBytes: readBytes }, { signal });
  }

  #startWatch() {
    const { logs, executionId } = this.#options;
    const abort = new AbortController();
    const pages = logs.watch(executionId, after(this.head), { signal: abort.signal })[Symbol.asyncIterator]();
    return { pages, abort };
  }

  #endWatch(): void {
    const watch = this.#watch;
    this.#watch = undefined;
    if (!watch) return;
    watch.abort.abort();
    // A page that it was about to yield is read again: nothing moves but by `#add`.
    watch.pages.return?.().catch(() => undefined);
  }

  #add(page: LogPage): boolean {
    const { pieces, end } = piecesOf(page, this.head, this.#options.pieceBytes);
    this.head = end;
    this.#window.add(pieces);
    return pieces.length > 0;
  }

  #pause(milliseconds: number): Promise<void> {
    return delay(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}

const after = ({ cursor }: LogPosition) => (cursor === undefined ? {} : { after: cursor });
