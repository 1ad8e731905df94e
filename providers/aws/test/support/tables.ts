import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { creationOf, type Generation, tables } from '../../simulator/dynamodb/layout.ts';

export interface TestTables {
  /** The settings under which the provider uses them. */
  env: Record<string, string>;
  /** The table that a variable such as `API_KEYS_TABLE` names. */
  name(variable: string): string;
  client: DynamoDBClient;
  drop(): Promise<void>;
}

/** A deployment's tables, under names of their own, in the emulator that the environment names. */
export async function createTables(
  generation: Generation,
  options: { endpoint?: string; without?: (table: string, index: string) => boolean } = {},
): Promise<TestTables> {
  const { endpoint = process.env.DYNAMODB_ENDPOINT, without } = options;
  if (endpoint === undefined) throw new Error('there is no DynamoDB to test with');
  const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials });
  const prefix = `t${randomBytes(6).toString('hex')}`;
  await Promise.all(
    tables.map(async (table) => {
      const input = creationOf(table, `${prefix}-${table.name}`, generation);
      const indexes = input.GlobalSecondaryIndexes?.filter(({ IndexName = '' }) => !without?.(table.name, IndexName));
      await client.send(new CreateTableCommand({ ...input, GlobalSecondaryIndexes: indexes }));
    }),
  );
  const variables = Object.fromEntries(
    tables.map(({ name, variable }) => [`RUNVOY_AWS_${variable}`, `${prefix}-${name}`]),
  );
  return {
    client,
    name: (variable) => variables[`RUNVOY_AWS_${variable}`]!,
    env: {
      ...otherSettings,
      ...variables,
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async drop() {
      await Promise.all(
        Object.values(variables).map((TableName) => client.send(new DeleteTableCommand({ TableName }))),
      );
      client.destroy();
    },
  };
}

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' };

const otherSettings = {
  RUNVOY_AWS_ECS_CLUSTER: 'runvoy-cluster',
  RUNVOY_AWS_LOG_GROUP: '/aws/ecs/runvoy/runner',
  RUNVOY_AWS_ORCHESTRATOR_LOG_GROUP: '/aws/lambda/runvoy-orchestrator',
  RUNVOY_AWS_EVENT_PROCESSOR_LOG_GROUP: '/aws/lambda/runvoy-event-processor',
  RUNVOY_AWS_SECURITY_GROUP: 'sg-1',
  RUNVOY_AWS_SUBNET_1: 'subnet-1',
  RUNVOY_AWS_SUBNET_2: 'subnet-2',
  RUNVOY_AWS_WEBSOCKET_API_ENDPOINT: 'abc.execute-api.eu-west-1.amazonaws.com/production',
  RUNVOY_AWS_SECRETS_KMS_KEY_ARN: 'arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-000000000000',
};

/** Of a deployment that nothing needs to answer for. */
export const settings: Record<string, string> = {
  ...otherSettings,
  ...Object.fromEntries(tables.map(({ name, variable }) => [`RUNVOY_AWS_${variable}`, `runvoy-${name}`])),
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
};
