import { setTimeout as delay } from 'node:timers/promises';
import type { LogPage, Logs } from '../contract/logs.ts';
import type { Logger } from '../contract/plugin.ts';
import { type LogPiece, piecesOf, splitPiece } from './log-pieces.ts';
import { comparePositions, type LogPosition } from './log-position.ts';

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
  readonly #stopped = new AbortController();
  #window: LogPiece[] = [];
  #windowBytes = 0;
  #reading = false;
  #watch: { pages: AsyncIterator<LogPage>; abort: AbortController } | undefined;
  #final = false;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
    this.head = options.start;
  }

  /** Pieces after a place, as far as the window has them; `undefined` when the store must be asked. */
  take(position: LogPosition): readonly LogPiece[] | undefined {
    if (comparePositions(position, this.head) >= 0) return [];
    const at = this.#indexOf(position);
    const piece = this.#window[at];
    if (!piece) return undefined;
    if (comparePositions(piece.start, position) === 0) return at === 0 ? this.#window : this.#window.slice(at);
    // Within a line: whoever cut it goes on where he cut.
    if (position.inLine > 0) return undefined;
    const [, rest] = splitPiece(piece, position.lines - piece.start.lines);
    return [rest, ...this.#window.slice(at + 1)];
  }

  /** A page from the store, for a viewer that the window is no use to. */
  async readAfter(position: LogPosition): Promise<{ pieces: LogPiece[]; ended: boolean }> {
    const { logs, executionId, pieceBytes } = this.#options;
    const page = await logs.read(
      executionId,
      { ...after(position), maximumBytes: readBytes },
      { signal: this.#stopped.signal },
    );
    return { pieces: piecesOf(page, position, pieceBytes), ended: page.ended };
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

  /** Forgets what lies before a place. */
  trim(position: LogPosition): void {
    let count = 0;
    while (count < this.#window.length && comparePositions(this.#window[count]!.end, position) <= 0) {
      this.#windowBytes -= this.#window[count]!.text.length;
      count++;
    }
    this.#window = this.#window.slice(count);
  }

  stop(): void {
    this.#stopped.abort();
    this.#endWatch();
    this.#window = [];
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
    const { logs, executionId } = this.#options;
    // A log may get lines after its end and before the final record, so the last word is a plain read.
    if (this.#final || this.ended) {
      return logs.read(executionId, { ...after(this.head), maximumBytes: readBytes }, { signal: this.#stopped.signal });
    }
    this.#watch ??= this.#startWatch();
    const { value, done } = await this.#watch.pages.next();
    if (!done) return value;
    this.#watch = undefined;
    // Not at once: a watch that keeps returning must not keep this process busy.
    if (!this.#final) await this.#pause(100);
    return undefined;
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
    const pieces = piecesOf(page, this.head, this.#options.pieceBytes);
    const last = pieces.at(-1);
    if (!last) return false;
    this.head = last.end;
    for (const piece of pieces) {
      this.#window.push(piece);
      this.#windowBytes += piece.text.length;
    }
    let dropped = 0;
    while (this.#windowBytes > this.#options.windowBytes && dropped < this.#window.length - 1) {
      this.#windowBytes -= this.#window[dropped++]!.text.length;
    }
    if (dropped > 0) this.#window = this.#window.slice(dropped);
    return true;
  }

  /** The piece that holds a place, or -1. */
  #indexOf(position: LogPosition): number {
    let low = 0;
    let high = this.#window.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (comparePositions(this.#window[middle]!.start, position) <= 0) low = middle;
      else high = middle - 1;
    }
    const piece = this.#window[low];
    return piece && comparePositions(piece.start, position) <= 0 && comparePositions(position, piece.end) < 0
      ? low
      : -1;
  }

  #pause(milliseconds: number): Promise<void> {
    return delay(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}

const after = ({ cursor }: LogPosition) => (cursor === undefined ? {} : { after: cursor });
