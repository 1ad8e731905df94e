import {
  type CallOptions,
  type Change,
  type CollectionName,
  collections,
  type Documents,
  type ExecutionDocument,
  type Query,
  RunvoyError,
  type Store,
} from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { Dynamo } from '../clients/dynamo.ts';
import { isNamed } from '../clients/is-named.ts';
import type { Table } from '../config.ts';
import { ActiveHorizon } from './active-horizon.ts';
import { Expression } from './expression.ts';
import { Generations } from './generation.ts';
import { referencesOf } from './overflow.ts';
import { OverflowRows } from './overflow-rows.ts';
import { QueryPlanner } from './query.ts';
import { type Fields, Rows } from './rows.ts';

/** The contract's documents in the tables of a deployment of upstream's: see `layout.ts`. */
export class AwsStore implements Store {
  readonly #dynamo: Dynamo;
  readonly #lifecycle: Lifecycle;
  readonly #tables: Record<Table, string>;
  readonly #now: () => number;
  readonly #rows: Record<CollectionName, Rows>;
  readonly #generations: Generations;
  readonly #overflow: OverflowRows;
  readonly #queries: QueryPlanner;
  readonly #horizon: ActiveHorizon;

  constructor(dynamo: Dynamo, lifecycle: Lifecycle, tables: Record<Table, string>, now: () => number) {
    this.#dynamo = dynamo;
    this.#lifecycle = lifecycle;
    this.#tables = tables;
    this.#now = now;
    this.#generations = new Generations(dynamo, tables.secrets);
    this.#overflow = new OverflowRows(dynamo, tables.tokens);
    this.#queries = new QueryPlanner(dynamo, tables, now);
    this.#horizon = new ActiveHorizon(dynamo, tables.tokens, now);
    this.#rows = Object.fromEntries(
      Object.keys(collections).map((name) => [name, new Rows(name as CollectionName)]),
    ) as Record<CollectionName, Rows>;
  }

  /** Finds out what the first write needs to know, while there is nothing else to do. */
  prepare(): void {
    this.#generations.find().catch(() => undefined);
  }

  async insert<C extends CollectionName>(collection: C, document: Documents[C], call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    const rows = this.#rows[collection];
    if (collection === 'executions') await this.#horizon.admit((document as ExecutionDocument).started_at, call);
    const { fields, references } = await this.#overflow.moveOut(rows, document as unknown as Fields, call);
    const { generations, key, table } = rows.layout;
    const expression = new Expression();
    const isFree = `attribute_not_exists(${expression.name(key)})`;
    const condition = rows.expires ? `${isFree} OR ${expression.expired(rows.expires, this.#now())}` : isFree;
    try {
      await this.#dynamo.put(
        {
          TableName: this.#tables[table],
          Item: {
            ...rows.fromDocument(fields),
            ...this.#overflow.attributesOf(rows, references),
            ...generations?.[await this.#generations.find()],
          },
          ConditionExpression: condition,
          ...expression.attributes,
        },
        call,
      );
    } catch (error) {
      if (!isRefused(error)) throw error;
      await this.#overflow.discard(Object.values(references) as string[]);
      throw new RunvoyError('CONFLICT', `${collection}: there is already a document with this key`, { cause: error });
    }
  }

  async get<C extends CollectionName>(
    collection: C,
    key: string,
    call?: CallOptions,
  ): Promise<Documents[C] | undefined> {
    const rows = this.#rows[collection];
    const row = await this.#dynamo.get(
      { TableName: this.#tables[rows.layout.table], Key: rows.keyOf(key), ConsistentRead: true },
      call,
    );
    if (!row || rows.isExpired(row, this.#now())) return undefined;
    return (await this.#overflow.moveIn(rows, row, rows.toDocument(row), call)) as unknown as Documents[C];
  }

  async update<C extends CollectionName>(
    collection: C,
    key: string,
    change: Change<Documents[C]>,
    call?: CallOptions,
  ): Promise<Documents[C] | undefined> {
    this.#lifecycle.enter(call);
    const rows = this.#rows[collection];
    const { layout } = rows;
    const expression = new Expression();
    const conditions = [`attribute_exists(${expression.name(layout.key)})`];
    if (rows.expires) conditions.push(`NOT ${expression.expired(rows.expires, this.#now())}`);
    for (const [field, wanted] of Object.entries(change.when ?? {})) {
      if (wanted === undefined) continue;
      const condition = expression.holds(rows.attribute(field), wanted);
      if (condition === undefined) return undefined;
      conditions.push(condition);
    }
    const { fields, references } = await this.#overflow.moveOut(rows, (change.set ?? {}) as Fields, call);
    const changes = Object.entries(fields).map(([field, value]) => ({
      attribute: rows.attribute(field),
      value,
      ...(references[field] !== undefined && { reference: references[field] as string }),
    }));
    for (const field of change.unset ?? []) {
      changes.push({ attribute: rows.attribute(field as string), value: undefined });
    }
    const update = expression.update(changes, layout.adopts ? layout.constants : undefined);
    try {
      const row = await this.#dynamo.update(
        {
          TableName: this.#tables[layout.table],
          Key: rows.keyOf(key),
          ConditionExpression: conditions.join(' AND '),
          ...(update !== '' && { UpdateExpression: update }),
          ...expression.attributes,
          ReturnValues: 'ALL_NEW',
        },
        call,
      );
      return (await this.#overflow.moveIn(rows, row!, rows.toDocument(row!), call)) as unknown as Documents[C];
    } catch (error) {
      if (!isRefused(error)) throw error;
      await this.#overflow.discard(Object.values(references) as string[]);
      return undefined;
    }
  }

  async query<C extends CollectionName>(collection: C, query: Query, call?: CallOptions): Promise<Documents[C][]> {
    this.#lifecycle.enter(call);
    const rows = this.#rows[collection];
    const narrowed = collection === 'executions' ? await this.#horizon.narrow(query, call) : query;
    const found = await this.#queries.run(collection, rows, narrowed, call);
    const documents = await Promise.all(
      found.map(({ row, document }) => this.#overflow.moveIn(rows, row, document, call)),
    );
    if (collection === 'executions')
      await this.#horizon.advance(narrowed, documents as unknown as ExecutionDocument[], call);
    return documents as unknown as Documents[C][];
  }

  async remove<C extends CollectionName>(collection: C, key: string, call?: CallOptions): Promise<void> {
    const rows = this.#rows[collection];
    const row = await this.#dynamo.remove(
      { TableName: this.#tables[rows.layout.table], Key: rows.keyOf(key), ReturnValues: 'ALL_OLD' },
      call,
    );
    if (row) await this.#overflow.discard(referencesOf(row).values());
  }
}

const isRefused = (error: unknown) => isNamed(error, 'ConditionalCheckFailedException');
