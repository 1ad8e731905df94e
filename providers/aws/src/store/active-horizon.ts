import type { CallOptions, ExecutionDocument, Query } from '@runvoy/core/provider';
import type { Dynamo } from '../clients/dynamo.ts';

const token = 'horizon/active-executions';
const active: ReadonlySet<unknown> = new Set(['STARTING', 'RUNNING', 'TERMINATING']);
const hour = 3_600_000;

/**
 * A time before which every execution has ended. No index of the table has the status, so that whoever asks for what still runs
 * would read every execution that there ever was; but what has ended never runs again, so that each such walk tells where
 * the next may stop. Kept in the table of stream tokens (see `layout.ts`).
 */
export class ActiveHorizon {
  readonly #dynamo: Dynamo;
  readonly #table: string;
  readonly #now: () => number;

  constructor(dynamo: Dynamo, table: string, now: () => number) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#now = now;
  }

  /** The query, which stops at the horizon if it asks for active executions only. */
  async narrow(query: Query, call?: CallOptions): Promise<Query> {
    if (!asksForActive(query)) return query;
    const row = await this.#dynamo.get({ TableName: this.#table, Key: key, ConsistentRead: true }, call);
    const time = Number(row?.time?.N ?? Number.NEGATIVE_INFINITY);
    return time > Number(query.from ?? Number.NEGATIVE_INFINITY) ? { ...query, from: time } : query;
  }

  /** Notes what a walk has found; `narrowed` is the query that was walked. */
  async advance(narrowed: Query, found: readonly ExecutionDocument[], call?: CallOptions): Promise<void> {
    const isWhole = narrowed.after === undefined && narrowed.to === undefined && found.length < narrowed.limit;
    if (!asksForActive(narrowed) || !isWhole || !asksForAll(narrowed)) return;
    // Written a moment ago by a server whose clock is behind, or not shown by the index yet.
    const time = Math.min(this.#now() - hour, ...found.map((execution) => execution.started_at));
    if (time < Number(narrowed.from ?? Number.NEGATIVE_INFINITY) + hour) return;
    await this.#dynamo.put({ TableName: this.#table, Item: { ...key, time: { N: String(time) } } }, call);
  }

  /** An execution is about to be added: one from before the horizon takes it back. */
  async admit(startedAt: number, call?: CallOptions): Promise<void> {
    if (startedAt < this.#now() - hour / 2) await this.#dynamo.remove({ TableName: this.#table, Key: key }, call);
  }
}

const key = { token: { S: token } };

const statusesOf = ({ match }: Query): readonly unknown[] => [match?.status].flat();
const asksForActive = (query: Query) =>
  query.index === 'status' && statusesOf(query).every((status) => active.has(status));
const asksForAll = (query: Query) => new Set(statusesOf(query)).size === active.size;
