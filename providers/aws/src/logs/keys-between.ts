import type { CallOptions } from '@runvoy/core/provider';
import type { Dynamo } from '../clients/dynamo.ts';
import type { Row } from '../store/attribute.ts';

export interface KeyRange {
  firstKey: string;
  lastKey: string;
}

/** Sort keys of the rows of a partition, both ends included; `filter`: only of lines whose place is before, or from, so many. */
export async function keysBetween(
  dynamo: Dynamo,
  table: string,
  partition: string,
  { firstKey, lastKey }: KeyRange,
  filter: { before: number } | { from: number } | undefined,
  call?: CallOptions,
): Promise<string[]> {
  const place = filter && ('before' in filter ? filter.before : filter.from);
  const found: string[] = [];
  let start: Row | undefined;
  do {
    const { items, next } = await dynamo.query(
      {
        TableName: table,
        KeyConditionExpression: 'execution_id = :id AND event_key BETWEEN :first AND :last',
        ...(filter && { FilterExpression: 'before' in filter ? 'seq < :place' : 'seq >= :place' }),
        ProjectionExpression: 'event_key',
        ExpressionAttributeValues: {
          ':id': { S: partition },
          ':first': { S: firstKey },
          ':last': { S: lastKey },
          ...(place !== undefined && { ':place': { N: String(place) } }),
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
