import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Deployment } from '../deployment.ts';
import { creationOf, tables } from './layout.ts';

/** Straight to the engine, whose tables have the account in front of their names. */
async function withEngine(
  { engine, names }: Deployment,
  run: (client: DynamoDBClient) => Promise<unknown>,
): Promise<void> {
  const credentials = { accessKeyId: 'engine', secretAccessKey: 'engine' };
  const client = new DynamoDBClient({ endpoint: `http://${engine.host}`, region: names.region, credentials });
  try {
    await run(client);
  } finally {
    client.destroy();
  }
}

const engineName = (deployment: Deployment, table: string) =>
  `${deployment.names.account}.${deployment.tableName(table)}`;

export const createTables = (deployment: Deployment) =>
  withEngine(deployment, async (client) => {
    for (const table of tables) {
      const name = engineName(deployment, table.name);
      await client.send(new CreateTableCommand(creationOf(table, name, deployment.generation)));
    }
  });

/** One that is gone already is no error. */
export const deleteTables = (deployment: Deployment) =>
  withEngine(deployment, (client) =>
    Promise.allSettled(
      tables.map(({ name }) => client.send(new DeleteTableCommand({ TableName: engineName(deployment, name) }))),
    ),
  );
