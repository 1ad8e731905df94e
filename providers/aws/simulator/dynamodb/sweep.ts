import { DeleteItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Deployment } from '../deployment.ts';
import { tables } from './layout.ts';

/** What DynamoDB's own expiry does some day: deletes every item whose TTL attribute is a number of seconds in the past. */
export async function sweepExpired(deployment: Deployment): Promise<number> {
  const { accessKeyId, secretAccessKey } = deployment.callers.named('administrator');
  const client = new DynamoDBClient({
    endpoint: deployment.endpoint,
    region: deployment.names.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const seconds = Math.floor(deployment.now() / 1000);
  let deleted = 0;
  try {
    for (const { name, key, expiry } of tables) {
      if (expiry === undefined) continue;
      const TableName = deployment.tableName(name);
      for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
        for (const item of Items) {
          const expires = item[expiry]?.N;
          if (expires === undefined || Number(expires) >= seconds) continue;
          const Key = Object.fromEntries(key.map((attribute) => [attribute, item[attribute!]!]));
          await client.send(new DeleteItemCommand({ TableName, Key }));
          deleted++;
        }
      }
    }
  } finally {
    client.destroy();
  }
  return deleted;
}
