import type { LogLine, Logs } from '../contract/logs.ts';
import type { CallOptions } from '../contract/plugin.ts';

/** Of a batch: nothing is waited for once there is this much. */
const enough = { lines: 200, bytes: 256 * 1024 };

interface Waiting {
  lines: readonly LogLine[];
  end: boolean;
  call: CallOptions;
  done: PromiseWithResolvers<void>;
}

interface Batch {
  waiting: Waiting[];
  lines: number;
  bytes: number;
  /** Is told when there are enough. */
  full: PromiseWithResolvers<void>;
}

export interface LineBatchesOptions {
  append: Logs['append'];
  /** How long to wait for more after the first line: for clouds that deliver a line a request, in any order. */
  holdMilliseconds: number;
  sleep(milliseconds: number): Promise<void>;
}

/**
 * Appends lines of one execution that come at about the same time together, in the order in which they were printed: a write a
 * line would be slow and dear, and the order of arrival is nobody's promise. Each call resolves once its own lines are in the log.
 */
export class LineBatches {
  readonly #options: LineBatchesOptions;
  readonly #batches = new Map<string, Batch>();

  constructor(options: LineBatchesOptions) {
    this.#options = options;
  }

  append(executionId: string, lines: readonly LogLine[], end: boolean, call: CallOptions): Promise<void> {
    let batch = this.#batches.get(executionId);
    if (!batch) {
      batch = emptyBatch();
      this.#batches.set(executionId, batch);
      void this.#write(executionId, batch);
    }
    const done = Promise.withResolvers<void>();
    batch.waiting.push({ lines, end, call, done });
    batch.lines += lines.length;
    for (const { text } of lines) batch.bytes += text.length;
    if (batch.lines >= enough.lines || batch.bytes >= enough.bytes) batch.full.resolve();
    return done.promise;
  }

  async #write(executionId: string, batch: Batch): Promise<void> {
    // What comes in this turn belongs together already.
    await undefined;
    while (batch.waiting.length > 0) {
      const { holdMilliseconds, sleep } = this.#options;
      if (holdMilliseconds > 0) await Promise.race([sleep(holdMilliseconds), batch.full.promise]);
      const { waiting } = batch;
      Object.assign(batch, emptyBatch());
      await this.#commit(executionId, waiting);
    }
    this.#batches.delete(executionId);
  }

  async #commit(executionId: string, waiting: readonly Waiting[]): Promise<void> {
    const lines = waiting.length === 1 ? waiting[0]!.lines : waiting.flatMap((each) => each.lines).sort(byTime);
    const end = waiting.some((each) => each.end);
    try {
      await this.#options.append(executionId, lines, end ? { end } : {}, waiting[0]!.call);
      for (const { done } of waiting) done.resolve();
    } catch (error) {
      for (const { done } of waiting) done.reject(error);
    }
  }
}

/** Ids of clouds that deliver lines one by one grow with time, and more finely than milliseconds. */
function byTime(a: LogLine, b: LogLine): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

const emptyBatch = (): Batch => ({ waiting: [], lines: 0, bytes: 0, full: Promise.withResolvers() });
