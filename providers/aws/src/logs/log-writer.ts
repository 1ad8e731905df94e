import { randomBytes } from 'node:crypto';
import { type CallOptions, type LogLine, RunvoyError } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';
import type { Dynamo } from '../clients/dynamo.ts';
import { isNamed } from '../clients/is-named.ts';
import type { Row } from '../store/attribute.ts';
import { KnownLines } from './known-lines.ts';
import { type Batch, batchKey, batchRow, indexPartition, lastBatchKey, lineKey, lineRow, metaKey } from './log-rows.ts';

/** Lines and bytes of one batch of the index: what a reader holds at once. */
const batchLines = 500;
const batchBytes = 1 << 20;
/** How long a writer that died stands in the way. */
const leaseMilliseconds = 10_000;
const waitMilliseconds = 15_000;
/** As long as upstream keeps the log groups. Written with the line: rows that get their end only later may never get it. */
const lifeSeconds = 365 * 24 * 3600;

export interface WriterOptions {
  dynamo: Dynamo;
  calls: Calls;
  table: string;
  now(): number;
}

/** The right to write, and between which keys that happens, for whoever has to clean up. */
interface Lease {
  writer: string;
  /** Milliseconds since the epoch. */
  until: number;
  firstKey: string;
  lastKey: string;
}

/** Adds lines to the buffer, one writer of an execution at a time. */
export class LogWriter {
  readonly #options: WriterOptions;
  readonly #known = new KnownLines();

  constructor(options: WriterOptions) {
    this.#options = options;
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
    const lease: Lease = { writer: randomBytes(8).toString('hex'), until: 0, ...span(distinct) };
    const { next, topKey } = await this.#lock(executionId, lease, call);
    try {
      // Lines come in the order of their time, mostly, and then none of them can be there yet.
      const isNew = compareKeys(lease.firstKey, topKey) > 0;
      const known = isNew
        ? none
        : (this.#known.of(executionId, next) ?? (await this.#existing(executionId, distinct, next, call)));
      const added = distinct.filter((line) => !known.has(lineKey(line)));
      await this.#write(executionId, added, next, lease, call);
      await this.#commit(executionId, lease, { next: next + added.length, topKey, end }, call);
      this.#known.add(executionId, next, added.map(lineKey));
      return added.length > 0 || end;
    } catch (error) {
      // Also when the caller has gone away; if this fails the lease runs out.
      await this.#yield(executionId, lease).catch(() => undefined);
      throw error;
    }
  }

  /** The place of the next line, once nobody else is writing and nothing is left of writers who did not get to the end. */
  async #lock(executionId: string, lease: Lease, call?: CallOptions): Promise<{ next: number; topKey: string }> {
    const { dynamo, calls, table, now } = this.#options;
    const deadline = now() + waitMilliseconds;
    for (let pause = 10; ; pause = Math.min(80, pause * 2)) {
      lease.until = now() + leaseMilliseconds;
      try {
        const before = await dynamo.update(
          {
            TableName: table,
            Key: metaKey(executionId),
            UpdateExpression:
              'SET writer = :writer, #until = :until, first_key = :first, last_key = :last, expires_at = :expires',
            ConditionExpression: 'attribute_not_exists(writer) OR #until <= :now',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: {
              ':writer': { S: lease.writer },
              ':until': { N: String(lease.until) },
              ':first': { S: lease.firstKey },
              ':last': { S: lease.lastKey },
              ':now': { N: String(now()) },
              ':expires': { N: String(this.#expiry()) },
            },
            ReturnValues: 'ALL_OLD',
          },
          call,
        );
        const next = Number(before?.next?.N ?? 0);
        if (before?.writer) await this.#cleanUp(executionId, before, next, call);
        return { next, topKey: before?.top_key?.S ?? '' };
      } catch (error) {
        if (!isRefused(error)) throw error;
        if (now() > deadline) throw busy(executionId);
        await calls.pause(pause * (0.5 + Math.random()), call);
      }
    }
  }

  /** Removes what the writer before has left: lines between its keys, and batches, from `next` on. */
  async #cleanUp(executionId: string, before: Row, next: number, call?: CallOptions): Promise<void> {
    const { dynamo, table } = this.#options;
    const range = { firstKey: before.first_key?.S ?? '', lastKey: before.last_key?.S ?? '' };
    const lines = await this.#keys(executionId, range, { condition: 'seq >= :next', next }, call);
    const batches = { firstKey: batchKey(next + 1), lastKey: lastBatchKey };
    const partition = indexPartition(executionId);
    const left = [
      ...lines.map((key) => [executionId, key] as const),
      ...(await this.#keys(partition, batches, undefined, call)).map((key) => [partition, key] as const),
    ];
    for (const [id, key] of left)
      await dynamo.remove({ TableName: table, Key: { execution_id: { S: id }, event_key: { S: key } } }, call);
  }

  /** Keys of lines that are there: looked for between the first and the last of those to be added. */
  async #existing(
    executionId: string,
    lines: readonly LogLine[],
    next: number,
    call?: CallOptions,
  ): Promise<Set<string>> {
    return new Set(await this.#keys(executionId, span(lines), { condition: 'seq < :next', next }, call));
  }

  async #keys(
    partition: string,
    range: { firstKey: string; lastKey: string },
    filter: { condition: string; next: number } | undefined,
    call?: CallOptions,
  ): Promise<string[]> {
    const { dynamo, table } = this.#options;
    const found: string[] = [];
    let start: Row | undefined;
    do {
      const { items, next } = await dynamo.query(
        {
          TableName: table,
          KeyConditionExpression: 'execution_id = :id AND event_key BETWEEN :first AND :last',
          ...(filter && { FilterExpression: filter.condition }),
          ProjectionExpression: 'event_key',
          ExpressionAttributeValues: {
            ':id': { S: partition },
            ':first': { S: range.firstKey },
            ':last': { S: range.lastKey },
            ...(filter && { ':next': { N: String(filter.next) } }),
          },
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        },
        call,
      );
      for (const item of items) found.push(item.event_key?.S ?? '');
      start = next;
    } while (start);
    return found;
  }

  /** The lines and their batches, which nobody sees before `next` goes beyond them. */
  async #write(
    executionId: string,
    lines: readonly LogLine[],
    next: number,
    lease: Lease,
    call?: CallOptions,
  ): Promise<void> {
    const { dynamo, table, now } = this.#options;
    const expiresAt = this.#expiry();
    let seq = next;
    for (const batch of batchesOf(lines)) {
      if (now() > lease.until - leaseMilliseconds / 2) await this.#prolong(executionId, lease, call);
      const described: Batch = { start: seq, end: seq + batch.length, ...span(batch) };
      const rows = batch.map((line, at) => lineRow(executionId, line, seq + at, expiresAt));
      await dynamo.putAll(table, [batchRow(executionId, described, expiresAt), ...rows], call);
      seq += batch.length;
    }
  }

  /** While many lines are written. Rejects when another has taken over, who must not meet what is written afterwards. */
  async #prolong(executionId: string, lease: Lease, call?: CallOptions): Promise<void> {
    const { dynamo, table, now } = this.#options;
    const until = now() + leaseMilliseconds;
    const change = {
      TableName: table,
      Key: metaKey(executionId),
      UpdateExpression: 'SET #until = :until',
      ConditionExpression: 'writer = :writer',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':writer': { S: lease.writer }, ':until': { N: String(until) } },
    };
    await dynamo.update(change, call).catch((error: unknown) => {
      throw isRefused(error) ? busy(executionId) : error;
    });
    lease.until = until;
  }

  async #commit(
    executionId: string,
    { writer, lastKey }: Lease,
    { next, topKey, end }: { next: number; topKey: string; end: boolean },
    call?: CallOptions,
  ): Promise<void> {
    try {
      await this.#options.dynamo.update(
        {
          TableName: this.#options.table,
          Key: metaKey(executionId),
          UpdateExpression: `SET #next = :next, top_key = :top${end ? ', ended = :ended' : ''} REMOVE writer, #until, first_key, last_key`,
          ConditionExpression: 'writer = :writer',
          ExpressionAttributeNames: { '#next': 'next', '#until': 'until' },
          ExpressionAttributeValues: {
            ':next': { N: String(next) },
            ':top': { S: compareKeys(lastKey, topKey) > 0 ? lastKey : topKey },
            ':writer': { S: writer },
            ...(end && { ':ended': { BOOL: true } }),
          },
        },
        call,
      );
    } catch (error) {
      throw isRefused(error) ? busy(executionId) : error;
    }
  }

  /** Lets the next writer clean up at once. */
  async #yield(executionId: string, { writer }: Lease): Promise<void> {
    await this.#options.dynamo.update({
      TableName: this.#options.table,
      Key: metaKey(executionId),
      UpdateExpression: 'SET #until = :until',
      ConditionExpression: 'writer = :writer',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':writer': { S: writer }, ':until': { N: '0' } },
    });
  }

  async #end(executionId: string, call?: CallOptions): Promise<void> {
    await this.#options.dynamo.update(
      {
        TableName: this.#options.table,
        Key: metaKey(executionId),
        UpdateExpression: 'SET ended = :ended, expires_at = :expires',
        ExpressionAttributeValues: { ':ended': { BOOL: true }, ':expires': { N: String(this.#expiry()) } },
      },
      call,
    );
  }

  #expiry(): number {
    return Math.ceil(this.#options.now() / 1000) + lifeSeconds;
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

/** DynamoDB's order. */
const compareKeys = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The first and the last sort key of lines. */
function span(lines: readonly LogLine[]): { firstKey: string; lastKey: string } {
  const keys = lines.map(lineKey);
  let [firstKey, lastKey] = [keys[0]!, keys[0]!];
  for (const key of keys) {
    if (compareKeys(key, firstKey) < 0) firstKey = key;
    if (compareKeys(key, lastKey) > 0) lastKey = key;
  }
  return { firstKey, lastKey };
}

const isRefused = (error: unknown) => isNamed(error, 'ConditionalCheckFailedException');

const busy = (executionId: string) =>
  new RunvoyError('SERVICE_UNAVAILABLE', `the log of ${executionId} is being written by another process`, {
    remedy: 'Repeat it in a moment.',
    retryAfterSeconds: 1,
  });
