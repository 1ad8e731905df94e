import type { CallOptions, LogLine } from '@runvoy/core/provider';
import type { Dynamo } from '../clients/dynamo.ts';
import { compareKeys } from './compare-keys.ts';
import { type KeyRange, keysBetween } from './keys-between.ts';
import { KnownLines } from './known-lines.ts';
import { type Lease, LogLeases, type LogLeasesOptions } from './log-leases.ts';
import { type Batch, batchRow, expiryOf, lineKey, lineRow, metaKey } from './log-rows.ts';

/** Lines and bytes of one batch of the index: what a reader holds at once. With its description 20 whole requests. */
const batchLines = 499;
const batchBytes = 1 << 20;

/** Adds lines to the buffer, one writer of an execution at a time. */
export class LogWriter {
  readonly #dynamo: Dynamo;
  readonly #table: string;
  readonly #now: () => number;
  readonly #leases: LogLeases;
  readonly #known = new KnownLines();

  constructor(options: LogLeasesOptions) {
    this.#dynamo = options.dynamo;
    this.#table = options.table;
    this.#now = options.now;
    this.#leases = new LogLeases(options);
  }

  /** Answers whether anything is new. */
  async append(executionId: string, lines: readonly LogLine[], end: boolean, call?: CallOptions): Promise<boolean> {
    const byKey = new Map<string, LogLine>();
    for (const line of lines) if (!byKey.has(lineKey(line))) byKey.set(lineKey(line), line);
    const distinct = [...byKey.values()];
    if (distinct.length === 0) {
      if (end) await this.#end(executionId, call);
      return end;
    }
    const lease = await this.#leases.take(executionId, span(distinct), call);
    // What else is being written ends with the first request that fails, or with the caller.
    const failed = new AbortController();
    const signal = call?.signal ? AbortSignal.any([call.signal, failed.signal]) : failed.signal;
    try {
      const known = await this.#knownOf(executionId, distinct, lease, call);
      const added = distinct.filter((line) => !known.has(lineKey(line)));
      await this.#write(executionId, added, lease, { ...call, signal });
      await this.#leases.commit(executionId, lease, { next: lease.next + added.length, end }, call);
      this.#known.add(executionId, lease.next, added.map(lineKey));
      return added.length > 0 || end;
    } catch (error) {
      failed.abort();
      // If this fails the lease runs out.
      await this.#leases.yield(executionId, lease).catch(() => undefined);
      throw error;
    }
  }

  /** Keys of lines that may be among these and are there already. */
  async #knownOf(
    executionId: string,
    lines: readonly LogLine[],
    { firstKey, topKey, next }: Lease,
    call?: CallOptions,
  ): Promise<ReadonlySet<string>> {
    // Lines come in the order of their time, mostly, and then none of them can be there yet.
    if (compareKeys(firstKey, topKey) > 0) return none;
    const known = this.#known.of(executionId, next);
    if (known) return known;
    return new Set(await keysBetween(this.#dynamo, this.#table, executionId, span(lines), { before: next }, call));
  }

  /** The lines and their batches, which nobody sees before `next` goes beyond them. */
  async #write(executionId: string, lines: readonly LogLine[], lease: Lease, call: CallOptions): Promise<void> {
    const expiresAt = expiryOf(this.#now());
    let seq = lease.next;
    for (const batch of batchesOf(lines)) {
      await this.#leases.keep(executionId, lease, call);
      const described: Batch = { start: seq, end: seq + batch.length, ...span(batch) };
      const rows = batch.map((line, at) => lineRow(executionId, line, seq + at, expiresAt));
      await this.#dynamo.putAll(this.#table, [batchRow(executionId, described, expiresAt), ...rows], call);
      seq += batch.length;
    }
  }

  async #end(executionId: string, call?: CallOptions): Promise<void> {
    await this.#dynamo.update(
      {
        TableName: this.#table,
        Key: metaKey(executionId),
        UpdateExpression: 'SET ended = :ended, expires_at = :expires',
        ExpressionAttributeValues: { ':ended': { BOOL: true }, ':expires': { N: String(expiryOf(this.#now())) } },
      },
      call,
    );
  }
}

function* batchesOf(lines: readonly LogLine[]): Generator<LogLine[]> {
  let batch: LogLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (batch.length === batchLines || (bytes > 0 && bytes + line.text.length > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += line.text.length;
  }
  if (batch.length > 0) yield batch;
}

const none: ReadonlySet<string> = new Set();

/** The first and the last sort key of lines. */
function span(lines: readonly LogLine[]): KeyRange {
  const keys = lines.map(lineKey);
  let [firstKey, lastKey] = [keys[0]!, keys[0]!];
  for (const key of keys) {
    if (compareKeys(key, firstKey) < 0) firstKey = key;
    if (compareKeys(key, lastKey) > 0) lastKey = key;
  }
  return { firstKey, lastKey };
}
