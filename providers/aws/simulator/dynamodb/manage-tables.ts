import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Deployment } from '../deployment.ts';
import { creationOf, tables } from './layout.ts';

/** Straight to the engine, whose tables have the account in front of their names. */
async function withEngine(host: string, deployment: Deployment, run: (client: DynamoDBClient) => Promise<unknown>) {
  const credentials = { accessKeyId: 'engine', secretAccessKey: 'engine' };
  const client = new DynamoDBClient({ endpoint: `http://${host}`, region: deployment.names.region, credentials });
  try {
    await run(client);
  } finally {
    client.destroy();
  }
}

const engineName = (deployment: Deployment, table: string) =>
  `${deployment.names.account}.${deployment.tableName(table)}`;

export const createTables = (host: string, deployment: Deployment) =>
  withEngine(host, deployment, async (client) => {
    for (const table of tables) {
      const name = engineName(deployment, table.name);
      await client.send(new CreateTableCommand(creationOf(table, name, deployment.generation)));
    }
  });

/** One that is gone already is no error. */
export const deleteTables = (host: string, deployment: Deployment) =>
  withEngine(host, deployment, (client) =>
    Promise.allSettled(
      tables.map(({ name }) => client.send(new DeleteTableCommand({ TableName: engineName(deployment, name) }))),
    ),
  );
