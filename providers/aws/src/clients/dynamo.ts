import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { CallOptions } from '@runvoy/core/provider';
import { mapBounded } from '@runvoy/core/toolkit';
import type { Calls } from './calls.ts';
import { isNamed } from './is-named.ts';

type Item = Record<string, AttributeValue>;
export interface Page {
  items: Item[];
  next: Item | undefined;
}

const batchSize = 25;
const batchesAtOnce = 4;
const batchAttempts = 10;

/** DynamoDB's calls, each of which ends with its caller and with the provider. */
export class Dynamo {
  readonly #client: DynamoDBClient;
  readonly #calls: Calls;
  #mayBatch = true;

  constructor(config: DynamoDBClientConfig, calls: Calls) {
    this.#client = new DynamoDBClient(config);
    this.#calls = calls;
  }

  async get(input: GetItemCommandInput, call?: CallOptions): Promise<Item | undefined> {
    const { Item } = await this.#calls.run((options) => this.#client.send(new GetItemCommand(input), options), call);
    return Item;
  }

  async put(input: PutItemCommandInput, call?: CallOptions): Promise<void> {
    await this.#calls.run((options) => this.#client.send(new PutItemCommand(input), options), call);
  }

  /** The item as the input's `ReturnValues` asks for it. */
  async update(input: UpdateItemCommandInput, call?: CallOptions): Promise<Item | undefined> {
    const { Attributes } = await this.#calls.run(
      (options) => this.#client.send(new UpdateItemCommand(input), options),
      call,
    );
    return Attributes;
  }

  async remove(input: DeleteItemCommandInput, call?: CallOptions): Promise<Item | undefined> {
    const { Attributes } = await this.#calls.run(
      (options) => this.#client.send(new DeleteItemCommand(input), options),
      call,
    );
    return Attributes;
  }

  async query(input: QueryCommandInput, call?: CallOptions): Promise<Page> {
    const { Items, LastEvaluatedKey } = await this.#calls.run(
      (options) => this.#client.send(new QueryCommand(input), options),
      call,
    );
    return { items: Items ?? [], next: LastEvaluatedKey };
  }

  async scan(input: ScanCommandInput, call?: CallOptions): Promise<Page> {
    const { Items, LastEvaluatedKey } = await this.#calls.run(
      (options) => this.#client.send(new ScanCommand(input), options),
      call,
    );
    return { items: Items ?? [], next: LastEvaluatedKey };
  }

  /**
   * All of them, 25 a request; what a throttled table leaves over is sent again, after a pause that grows. Singly where the role may
   * not send batches, as upstream's orchestrator.
   */
  async putAll(TableName: string, items: readonly Item[], call?: CallOptions): Promise<void> {
    const batches: Item[][] = [];
    for (let at = 0; at < items.length; at += batchSize) batches.push(items.slice(at, at + batchSize));
    await mapBounded(batches, batchesAtOnce, async (batch) => {
      if (!this.#mayBatch) return this.#putSingly(TableName, batch, call);
      try {
        const requests = batch.map((Item): WriteRequest => ({ PutRequest: { Item } }));
        await this.#batch(TableName, requests, call);
      } catch (error) {
        if (!isNamed(error, 'AccessDeniedException')) throw error;
        this.#mayBatch = false;
        await this.#putSingly(TableName, batch, call);
      }
    });
  }

  async #putSingly(TableName: string, items: readonly Item[], call?: CallOptions): Promise<void> {
    await mapBounded(items, batchesAtOnce, (Item) => this.put({ TableName, Item }, call));
  }

  async #batch(table: string, requests: WriteRequest[], call?: CallOptions): Promise<void> {
    let left = requests;
    for (let attempt = 1; ; attempt++) {
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
      const { UnprocessedItems } = await this.#calls.run((options) => this.#client.send(command, options), call);
      left = UnprocessedItems?.[table] ?? [];
      if (left.length === 0) return;
      if (attempt === batchAttempts) throw new UnprocessedError(table, left.length);
      await this.#calls.pause(Math.min(2000, 20 * 2 ** attempt) * Math.random(), call);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

/** Named as DynamoDB's own error for the same thing. */
class UnprocessedError extends Error {
  override readonly name = 'ProvisionedThroughputExceededException';

  constructor(table: string, count: number) {
    super(`${count} items were not written to ${table} after ${batchAttempts} attempts`);
  }
}
