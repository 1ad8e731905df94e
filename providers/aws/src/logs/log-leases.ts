import { randomBytes } from 'node:crypto';
import { type CallOptions, RunvoyError } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';
import type { Dynamo } from '../clients/dynamo.ts';
import { isNamed } from '../clients/is-named.ts';
import type { Row } from '../store/attribute.ts';
import { compareKeys } from './compare-keys.ts';
import { type KeyRange, keysBetween } from './keys-between.ts';
import { batchKey, expiryOf, indexPartition, lastBatchKey, metaKey } from './log-rows.ts';

/** How long a writer that died stands in the way. */
const leaseMilliseconds = 10_000;
/** What a writer that failed had under way gets so long to arrive, before the next one cleans up. */
const settleMilliseconds = 1000;
const waitMilliseconds = 15_000;

export interface LogLeasesOptions {
  dynamo: Dynamo;
  calls: Calls;
  table: string;
  now(): number;
}

/** The right to write to a log, and between which keys that happens, for whoever has to clean up. */
export interface Lease extends KeyRange {
  readonly writer: string;
  /** Milliseconds since the epoch. */
  until: number;
  /** The place of the next line, and the highest key of those that are there. */
  readonly next: number;
  readonly topKey: string;
}

/** One writer of a log at a time, over all processes. */
export class LogLeases {
  readonly #options: LogLeasesOptions;

  constructor(options: LogLeasesOptions) {
    this.#options = options;
  }

  /** Once nobody else is writing, and nothing is left of writers who did not get to the end. */
  async take(executionId: string, range: KeyRange, call?: CallOptions): Promise<Lease> {
    const { dynamo, calls, table, now } = this.#options;
    const writer = randomBytes(8).toString('hex');
    const deadline = now() + waitMilliseconds;
    for (let pause = 10; ; pause = Math.min(80, pause * 2)) {
      const until = now() + leaseMilliseconds;
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
              ':writer': { S: writer },
              ':until': { N: String(until) },
              ':first': { S: range.firstKey },
              ':last': { S: range.lastKey },
              ':now': { N: String(now()) },
              ':expires': { N: String(expiryOf(now())) },
            },
            ReturnValues: 'ALL_OLD',
          },
          call,
        );
        const next = Number(before?.next?.N ?? 0);
        if (before?.writer) await this.#cleanUp(executionId, before, next, call);
        return { writer, until, ...range, next, topKey: before?.top_key?.S ?? '' };
      } catch (error) {
        if (!isRefused(error)) throw error;
        if (now() > deadline) throw busy(executionId);
        await calls.pause(pause * (0.5 + Math.random()), call);
      }
    }
  }

  /** While many lines are written. Rejects when another has taken over, who must not meet what is written afterwards. */
  async keep(executionId: string, lease: Lease, call?: CallOptions): Promise<void> {
    const { now } = this.#options;
    if (now() <= lease.until - leaseMilliseconds / 2) return;
    const until = now() + leaseMilliseconds;
    await this.#setUntil(executionId, lease, until, call).catch((error: unknown) => {
      throw isRefused(error) ? busy(executionId) : error;
    });
    lease.until = until;
  }

  /** Shows the lines up to `next`, and gives the right back. */
  async commit(
    executionId: string,
    { writer, lastKey, topKey }: Lease,
    { next, end }: { next: number; end: boolean },
    call?: CallOptions,
  ): Promise<void> {
    const change = {
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
    };
    await this.#options.dynamo.update(change, call).catch((error: unknown) => {
      throw isRefused(error) ? busy(executionId) : error;
    });
  }

  /** Lets the next writer clean up soon. */
  async yield(executionId: string, lease: Lease): Promise<void> {
    await this.#setUntil(executionId, lease, this.#options.now() + settleMilliseconds);
  }

  async #setUntil(executionId: string, { writer }: Lease, until: number, call?: CallOptions): Promise<void> {
    await this.#options.dynamo.update(
      {
        TableName: this.#options.table,
        Key: metaKey(executionId),
        UpdateExpression: 'SET #until = :until',
        ConditionExpression: 'writer = :writer',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':writer': { S: writer }, ':until': { N: String(until) } },
      },
      call,
    );
  }

  /** Removes what the writer before has left: lines between its keys, and batches, from `next` on. */
  async #cleanUp(executionId: string, before: Row, next: number, call?: CallOptions): Promise<void> {
    const { dynamo, table } = this.#options;
    const partition = indexPartition(executionId);
    const lines = { firstKey: before.first_key?.S ?? '', lastKey: before.last_key?.S ?? '' };
    const batches = { firstKey: batchKey(next + 1), lastKey: lastBatchKey };
    const left = [
      ...(await keysBetween(dynamo, table, executionId, lines, { from: next }, call)).map((key) => [executionId, key]),
      ...(await keysBetween(dynamo, table, partition, batches, undefined, call)).map((key) => [partition, key]),
    ] as [string, string][];
    for (const [id, key] of left)
      await dynamo.remove({ TableName: table, Key: { execution_id: { S: id }, event_key: { S: key } } }, call);
  }
}

const isRefused = (error: unknown) => isNamed(error, 'ConditionalCheckFailedException');

const busy = (executionId: string) =>
  new RunvoyError('SERVICE_UNAVAILABLE', `the log of ${executionId} is being written by another process`, {
    remedy: 'Repeat it in a moment.',
    retryAfterSeconds: 1,
  });
