import type { CallOptions, LogChunk, LogPage } from '@runvoy/core/provider';
import type { Dynamo } from '../clients/dynamo.ts';
import type { Row } from '../store/attribute.ts';
import {
  type Batch,
  batchKey,
  batchOf,
  indexPartition,
  lastBatchKey,
  metaKey,
  type PlacedLine,
  placedLine,
} from './log-rows.ts';

const pageBytes = 1 << 20;
/** Batches that are looked up at once. */
const batchesAtOnce = 20;

export interface LogMeta {
  /** How many lines there are. */
  next: number;
  ended: boolean;
}

/** Reads the buffer in the order of arrival, batch by batch. */
export class LogReader {
  readonly #dynamo: Dynamo;
  readonly #table: string;

  constructor(dynamo: Dynamo, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** `undefined`: nothing was ever appended, or it has expired. */
  async meta(executionId: string, call?: CallOptions): Promise<LogMeta | undefined> {
    const row = await this.#dynamo.get(
      { TableName: this.#table, Key: metaKey(executionId), ConsistentRead: true },
      call,
    );
    return row && { next: Number(row.next?.N ?? 0), ended: row.ended?.BOOL === true };
  }

  async read(
    executionId: string,
    meta: LogMeta,
    from: number,
    cursorOf: (place: number) => string,
    maximumBytes = pageBytes,
    call?: CallOptions,
  ): Promise<LogPage> {
    const chunks: LogChunk[] = [];
    let place = from;
    let bytes = 0;
    while (place < meta.next && bytes < maximumBytes) {
      const batches = await this.#batches(executionId, place, call);
      if (batches.length === 0) break;
      for (const batch of batches) {
        if (bytes >= maximumBytes || place >= meta.next) break;
        const lines = await this.#lines(executionId, batch, place, call);
        for (const chunk of chunksOf(lines, cursorOf)) {
          chunks.push(chunk);
          bytes += chunk.text.length;
        }
        place = batch.end;
      }
    }
    return { chunks, cursor: cursorOf(place), ended: meta.ended && place >= meta.next };
  }

  /** The batch that holds a place, and those after it. */
  async #batches(executionId: string, place: number, call?: CallOptions): Promise<Batch[]> {
    const { items } = await this.#dynamo.query(
      {
        TableName: this.#table,
        KeyConditionExpression: 'execution_id = :id AND event_key BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':id': { S: indexPartition(executionId) },
          ':first': { S: batchKey(place + 1) },
          ':last': { S: lastBatchKey },
        },
        ConsistentRead: true,
        Limit: batchesAtOnce,
      },
      call,
    );
    return items.map(batchOf);
  }

  async #lines(executionId: string, batch: Batch, from: number, call?: CallOptions): Promise<PlacedLine[]> {
    const lines: PlacedLine[] = [];
    let start: Row | undefined;
    do {
      const { items, next } = await this.#dynamo.query(
        {
          TableName: this.#table,
          KeyConditionExpression: 'execution_id = :id AND event_key BETWEEN :first AND :last',
          FilterExpression: 'seq >= :from AND seq < :end',
          ExpressionAttributeValues: {
            ':id': { S: executionId },
            ':first': { S: batch.firstKey },
            ':last': { S: batch.lastKey },
            ':from': { N: String(Math.max(from, batch.start)) },
            ':end': { N: String(batch.end) },
          },
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        },
        call,
      );
      for (const item of items) lines.push(placedLine(item));
      start = next;
    } while (start);
    return lines.sort((a, b) => a.seq - b.seq);
  }
}

/** Consecutive lines of one stream; one that continues is the last of its chunk. */
function* chunksOf(lines: readonly PlacedLine[], cursorOf: (place: number) => string): Generator<LogChunk> {
  for (let from = 0; from < lines.length; ) {
    const { stream } = lines[from]!;
    let to = from;
    while (to < lines.length && lines[to]!.stream === stream) if (lines[to++]!.continues) break;
    const group = lines.slice(from, to);
    const last = group.at(-1)!;
    const times = group.map(({ time }) => time);
    yield {
      cursor: cursorOf(last.seq + 1),
      stream,
      time: times.every((time) => time === times[0]) ? times[0]! : times,
      count: group.length,
      text: Buffer.from(`${group.map(({ text }) => text).join('\n')}\n`),
      ...(last.continues && { continues: true }),
    };
    from = to;
  }
}
