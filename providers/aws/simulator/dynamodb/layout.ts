import type { CreateTableCommandInput, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';

/** `released`: upstream's v0.2.0 to v0.5.0; `main`: after it (runvoy-aws.md §1.9). */
export type Generation = 'released' | 'main';

interface Table {
  /** After the project's name and a dash. */
  name: string;
  /** The setting that names it. */
  variable: string;
  key: readonly [partition: string, sort?: string];
  /** Attribute of DynamoDB's own expiry. */
  expiry?: string;
  indexes?: Readonly<Record<string, { key: readonly [string, string?]; since?: 'main' }>>;
}

/** Attributes of keys that are numbers; the others are strings. */
const numbers = new Set(['started_at']);

export const tables: readonly Table[] = [
  {
    name: 'api-keys',
    variable: 'API_KEYS_TABLE',
    key: ['api_key_hash'],
    expiry: 'expires_at',
    indexes: { 'user_email-index': { key: ['user_email'] }, 'all-user_email': { key: ['_all', 'user_email'] } },
  },
  { name: 'pending-api-keys', variable: 'PENDING_API_KEYS_TABLE', key: ['secret_token'], expiry: 'expires_at' },
  {
    name: 'executions',
    variable: 'EXECUTIONS_TABLE',
    key: ['execution_id'],
    indexes: {
      'all-started_at': { key: ['_all', 'started_at'] },
      'created_by_request_id-index': { key: ['created_by_request_id', 'started_at'] },
      'modified_by_request_id-index': { key: ['modified_by_request_id', 'started_at'] },
    },
  },
  {
    name: 'execution-logs',
    variable: 'EXECUTION_LOGS_TABLE',
    key: ['execution_id', 'event_key'],
    expiry: 'expires_at',
  },
  {
    name: 'websocket-connections',
    variable: 'WEBSOCKET_CONNECTIONS_TABLE',
    key: ['connection_id'],
    expiry: 'expires_at',
    indexes: { 'execution_id-index': { key: ['execution_id'] } },
  },
  {
    name: 'websocket-tokens',
    variable: 'WEBSOCKET_TOKENS_TABLE',
    key: ['token'],
    expiry: 'expires_at',
    indexes: { 'execution_id-index': { key: ['execution_id'] } },
  },
  {
    name: 'image-taskdefs',
    variable: 'IMAGE_TASKDEFS_TABLE',
    key: ['image_id'],
    indexes: {
      'is_default-index': { key: ['is_default_placeholder', 'image_id'] },
      'all-image_id': { key: ['_all', 'image_id'], since: 'main' },
    },
  },
  {
    name: 'secrets-metadata',
    variable: 'SECRETS_METADATA_TABLE',
    key: ['secret_name'],
    indexes: { 'all-secret_name': { key: ['_all', 'secret_name'], since: 'main' } },
  },
];

const schemaOf = ([partition, sort]: readonly [string, string?]) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
];

/** As the CloudFormation template makes it. */
export function creationOf(
  { key, indexes = {} }: Table,
  tableName: string,
  generation: Generation,
): CreateTableCommandInput {
  const present = Object.entries(indexes).filter(([, { since }]) => since === undefined || since === generation);
  const secondary = present.map(
    ([name, index]): GlobalSecondaryIndex => ({
      IndexName: name,
      KeySchema: schemaOf(index.key),
      Projection: { ProjectionType: 'ALL' },
    }),
  );
  const attributes = new Set(
    [...key, ...present.flatMap(([, index]) => index.key)].filter((name) => name !== undefined),
  );
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: schemaOf(key),
    AttributeDefinitions: [...attributes].map((name) => ({
      AttributeName: name,
      AttributeType: numbers.has(name) ? 'N' : 'S',
    })),
    ...(secondary.length === 0 ? {} : { GlobalSecondaryIndexes: secondary }),
  };
}
