import type { LogLine, LogNews, Logs } from '../contract/logs.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { LineCounts } from './end-marker.ts';
import { isComplete, LineGaps } from './line-gaps.ts';
import { inOrder } from './line-order.ts';
import { MissingSince } from './missing-since.ts';

/** Milliseconds. */
const gathering = {
  /** Nothing has come for as long, twice: whoever delivers waits for our answer, so all that was on its way is here. */
  quiet: 60,
  /** From then on, while more comes, lines are written that are older than those that may still be overtaken; many of them sooner. */
  soft: 500,
  /** By how much lines overtake each other. */
  overtaking: 150,
  /** From then on everything is written, if nothing is known to be missing. */
  hard: 2000,
  /** When a line has been missing for so long, other processes are asked whether it has come to them; */
  others: 250,
  /** after a longer while, up to this, as long as they never know anything. */
  alone: 1000,
  /** From then on everything is written: what is missing is lost, or comes much later. */
  missing: 10_000,
};
/** So many lines are worth a write of their own. */
const many = 200;
/** Nothing is waited for once there is this much. */
const enough = { lines: 2000, bytes: 1024 * 1024 };

/** The wrapper's end marker has come. */
export interface LogEnd {
  counts?: LineCounts;
}

interface Waiting {
  lines: readonly LogLine[];
  end: LogEnd | undefined;
  call: CallOptions;
  done: PromiseWithResolvers<void>;
}

interface Batch {
  waiting: Waiting[];
  lines: number;
  bytes: number;
  /** How many appends there have been. */
  arrivals: number;
  /** Resolves when there is enough. */
  full: PromiseWithResolvers<void>;
}

/** What can be written. */
interface Ready {
  waiting: Waiting[];
  /** Lines that other processes hold back, and that are due with these. */
  others: LogLine[];
}

export interface LineBatchesOptions {
  append: Logs['append'];
  /** See `Logs.exchange`; `undefined`: it could not be done. */
  exchange?(executionId: string, held: LogLine[], call: CallOptions): Promise<LogNews | undefined>;
  /** For a cloud that delivers a line a request, in any order: waits for those that belong together. */
  gathers: boolean;
  sleep(milliseconds: number): Promise<void>;
  now(): number;
}

/**
 * Appends lines of one execution that come at about the same time together, in the order in which they were printed: a write a
 * line would be slow and dear, and the order of arrival is nobody's promise. Each call resolves once its own lines are in the log.
 */
export class LineBatches {
  readonly #options: LineBatchesOptions;
  readonly #batches = new Map<string, Batch>();
  readonly #gaps: LineGaps;
  /** How long a line has to be missing before others are asked. */
  #patience = gathering.others;

  constructor(options: LineBatchesOptions) {
    this.#options = options;
    this.#gaps = new LineGaps({ isAlone: options.exchange === undefined });
  }

  append(executionId: string, lines: readonly LogLine[], end: LogEnd | undefined, call: CallOptions): Promise<void> {
    let batch = this.#batches.get(executionId);
    if (!batch) {
      batch = { waiting: [], lines: 0, bytes: 0, arrivals: 0, full: Promise.withResolvers() };
      this.#batches.set(executionId, batch);
      void this.#write(executionId, batch);
    }
    const done = Promise.withResolvers<void>();
    batch.arrivals++;
    batch.waiting.push({ lines, end, call, done });
    batch.lines += lines.length;
    for (const { text } of lines) batch.bytes += text.length;
    if (isEnough(batch)) batch.full.resolve();
    return done.promise;
  }

  async #write(executionId: string, batch: Batch): Promise<void> {
    // What comes in this turn belongs together already.
    await undefined;
    while (batch.waiting.length > 0) {
      const ready: Ready = this.#options.gathers
        ? await this.#gather(executionId, batch)
        : { waiting: batch.waiting, others: [] };
      const taken = new Set(ready.waiting);
      const rest = batch.waiting.filter((each) => !taken.has(each));
      Object.assign(batch, { waiting: rest, lines: 0, bytes: 0, full: Promise.withResolvers() });
      for (const { text } of linesOf(rest)) {
        batch.lines++;
        batch.bytes += text.length;
      }
      await this.#commit(executionId, ready);
    }
    this.#batches.delete(executionId);
  }

  /** What can be written, once it is unlikely that something comes that was printed before it. */
  async #gather(executionId: string, batch: Batch): Promise<Ready> {
    const { sleep, now, exchange } = this.#options;
    const beganAt = now();
    const missed = new MissingSince();
    let news: LogNews | undefined;
    for (let quiet = 0, isMissing = false; ; ) {
      const { arrivals } = batch;
      const pause = sleep(gathering.quiet);
      await (isMissing ? pause : Promise.race([pause, batch.full.promise]));
      // A busy process finds its timers due before it has read what has come: so once is not enough.
      quiet = batch.arrivals === arrivals ? quiet + 1 : 0;
      const look = () => this.#gaps.look(executionId, [...batch.waiting, { lines: news?.held ?? [] }]);
      let complete = look();
      if (exchange && missed.longest(complete.missing, now()) >= this.#patience) {
        news = await this.#exchange(executionId, batch);
        complete = look();
        missed.clear();
      }
      isMissing = complete.missing.size > 0;
      const held = now() - beganAt;
      const others = (news?.held ?? []).filter((line) => line.number !== undefined && isComplete(complete, line));
      const isQuiet = quiet >= 2 || news !== undefined;
      const isTime = isMissing ? held >= gathering.missing : isQuiet || held >= gathering.hard || isEnough(batch);
      if (isTime) return { waiting: batch.waiting, others };
      const newest = batch.waiting.reduce((time, { lines }) => Math.max(time, ...lines.map((line) => line.time)), 0);
      // What several processes hold back has waited for what could overtake it.
      const isOld = (line: LogLine) =>
        isComplete(complete, line) && (news !== undefined || line.time <= newest - gathering.overtaking);
      const waiting = batch.waiting.filter(({ lines }) => lines.length > 0 && lines.every(isOld));
      const isDue = held >= gathering.soft || isEnough(batch) || news !== undefined || linesOf(waiting).length >= many;
      if (isDue && waiting.length > 0) return { waiting, others };
    }
  }

  async #exchange(executionId: string, { waiting }: Batch): Promise<LogNews | undefined> {
    const news = await this.#options.exchange!(executionId, linesOf(waiting), waiting[0]!.call);
    const isNew = news !== undefined && (this.#gaps.learn(executionId, news.written) || news.held.length > 0);
    this.#patience = isNew ? gathering.others : Math.min(2 * this.#patience, gathering.alone);
    return news;
  }

  async #commit(executionId: string, { waiting, others }: Ready): Promise<void> {
    const lines = waiting.length === 1 && others.length === 0 ? waiting[0]!.lines : [...linesOf(waiting), ...others];
    const end = waiting.some((each) => each.end !== undefined);
    try {
      const ordered = this.#options.gathers ? inOrder(lines) : lines;
      await this.#options.append(executionId, ordered, end ? { end } : {}, waiting[0]!.call);
      if (this.#options.gathers) this.#gaps.written(executionId, lines);
      for (const { done } of waiting) done.resolve();
    } catch (error) {
      for (const { done } of waiting) done.reject(error);
    }
  }
}

const linesOf = (waiting: readonly Waiting[]): LogLine[] => waiting.flatMap(({ lines }) => lines);
const isEnough = ({ lines, bytes }: Batch): boolean => lines >= enough.lines || bytes >= enough.bytes;
