import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, type SimulatedDeployment, startSimulator } from '../../simulator/index.ts';
import { clientsFor } from './clients.ts';
import { refused } from './refused.ts';

let cloud: SimulatedCloud;
beforeAll(async () => {
  cloud = await startSimulator({ seed: 13 });
});
afterAll(() => cloud.close());

const suffixes = [
  'api-keys',
  'pending-api-keys',
  'executions',
  'execution-logs',
  'websocket-connections',
  'websocket-tokens',
  'image-taskdefs',
  'secrets-metadata',
];

async function describeTables(deployment: SimulatedDeployment) {
  const { dynamo } = clientsFor(deployment, 'administrator');
  const described = await Promise.all(
    suffixes.map((name) => dynamo.send(new DescribeTableCommand({ TableName: `runvoy-${name}` }))),
  );
  return Object.fromEntries(
    described.map(({ Table }) => [
      Table!.TableName!.slice('runvoy-'.length),
      {
        key: Table!.KeySchema!.map(({ AttributeName }) => AttributeName),
        indexes: (Table!.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName).sort(),
      },
    ]),
  );
}

it("has main's tables and indexes", async () => {
  expect(await describeTables(cloud)).toEqual({
    'api-keys': { key: ['api_key_hash'], indexes: ['all-user_email', 'user_email-index'] },
    'pending-api-keys': { key: ['secret_token'], indexes: [] },
    executions: {
      key: ['execution_id'],
      indexes: ['all-started_at', 'created_by_request_id-index', 'modified_by_request_id-index'],
    },
    'execution-logs': { key: ['execution_id', 'event_key'], indexes: [] },
    'websocket-connections': { key: ['connection_id'], indexes: ['execution_id-index'] },
    'websocket-tokens': { key: ['token'], indexes: ['execution_id-index'] },
    'image-taskdefs': { key: ['image_id'], indexes: ['all-image_id', 'is_default-index'] },
    'secrets-metadata': { key: ['secret_name'], indexes: ['all-secret_name'] },
  });
});

it("has the released versions' tables, which may be scanned", async () => {
  const released = await cloud.deploy({ generation: 'released' });
  const tables = await describeTables(released);
  expect(tables['image-taskdefs']!.indexes).toEqual(['is_default-index']);
  expect(tables['secrets-metadata']!.indexes).toEqual([]);
  const scan = new ScanCommand({ TableName: 'runvoy-secrets-metadata' });
  const query = new QueryCommand({
    TableName: 'runvoy-secrets-metadata',
    IndexName: 'all-secret_name',
    KeyConditionExpression: '#all = :all',
    ExpressionAttributeNames: { '#all': '_all' },
    ExpressionAttributeValues: { ':all': { S: 'ALL' } },
  });
  const { dynamo } = clientsFor(released);
  expect((await dynamo.send(scan)).Items).toEqual([]);
  expect(await refused(dynamo.send(query))).toMatch(
    /^ValidationException: The table does not have the specified index/,
  );
  expect(await refused(clientsFor(cloud).dynamo.send(scan))).toMatch(/^AccessDeniedException: .*dynamodb:Scan/);
  expect((await clientsFor(cloud).dynamo.send(query)).Items).toEqual([]);
  await released.close();
});

describe('two deployments of one name', () => {
  it('share nothing', async () => {
    const other = await cloud.deploy();
    const Item = { api_key_hash: { S: 'h' }, TableName: { S: 'runvoy-api-keys' } };
    await clientsFor(cloud).dynamo.send(new PutItemCommand({ TableName: 'runvoy-api-keys', Item }));
    const get = new GetItemCommand({ TableName: 'runvoy-api-keys', Key: { api_key_hash: { S: 'h' } } });
    expect((await clientsFor(cloud).dynamo.send(get)).Item).toEqual(Item);
    expect((await clientsFor(other).dynamo.send(get)).Item).toBeUndefined();
    expect(other.names.account).not.toBe(cloud.names.account);
    await other.close();
    expect(await refused(clientsFor(other).dynamo.send(get))).toMatch(/^UnrecognizedClientException/);
  });
});

describe('permissions', () => {
  const executionsIndex = new QueryCommand({
    TableName: 'runvoy-websocket-connections',
    IndexName: 'execution_id-index',
    KeyConditionExpression: 'execution_id = :id',
    ExpressionAttributeValues: { ':id': { S: 'e' } },
  });
  const batch = (table: string) =>
    new BatchWriteItemCommand({
      RequestItems: {
        [table]: [{ PutRequest: { Item: { execution_id: { S: 'e' }, event_key: { S: 'k' } } } }],
      },
    });

  it("are upstream's for each Lambda", async () => {
    const orchestrator = clientsFor(cloud, 'orchestrator').dynamo;
    const processor = clientsFor(cloud, 'processor').dynamo;
    expect(await refused(orchestrator.send(executionsIndex))).toMatch(
      /^AccessDeniedException: .*dynamodb:Query on resource: arn:aws:dynamodb:.*runvoy-websocket-connections\/index\/execution_id-index/,
    );
    expect(await refused(orchestrator.send(batch('runvoy-execution-logs')))).toMatch(/^AccessDeniedException/);
    await processor.send(batch('runvoy-execution-logs'));
    await processor.send(executionsIndex);
    const execution = { execution_id: { S: 'e' } };
    const put = new PutItemCommand({ TableName: 'runvoy-executions', Item: execution });
    expect(await refused(processor.send(put))).toMatch(/^AccessDeniedException: .*dynamodb:PutItem/);
    await orchestrator.send(put);
    const update = new UpdateItemCommand({
      TableName: 'runvoy-executions',
      Key: execution,
      UpdateExpression: 'SET #s = :s',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'RUNNING' } },
    });
    await processor.send(update);
    const pending = new GetItemCommand({ TableName: 'runvoy-pending-api-keys', Key: { secret_token: { S: 't' } } });
    expect(await refused(processor.send(pending))).toMatch(/^AccessDeniedException/);
    // With the rights of both, either of them is enough.
    await clientsFor(cloud, 'both').dynamo.send(executionsIndex);
  });
});

describe('what is left unprocessed', () => {
  const items = Array.from({ length: 25 }, (_none, at) => ({
    PutRequest: { Item: { execution_id: { S: 'u' }, event_key: { S: String(at) } } },
  }));

  it('comes back, and the rest is written', async () => {
    const { dynamo } = clientsFor(cloud, 'processor');
    cloud.knobs.unprocessed = 0.4;
    let requests: typeof items | undefined = items;
    let rounds = 0;
    while (requests && requests.length > 0) {
      const answer = await dynamo
        .send(new BatchWriteItemCommand({ RequestItems: { 'runvoy-execution-logs': requests } }))
        .catch((error: Error) => {
          expect(error.name).toBe('ProvisionedThroughputExceededException');
          return undefined;
        });
      if (answer) requests = answer.UnprocessedItems?.['runvoy-execution-logs'] as typeof items | undefined;
      rounds++;
    }
    expect(rounds).toBeGreaterThan(1);
    cloud.knobs.unprocessed = 0;
    const { Count } = await dynamo.send(
      new QueryCommand({
        TableName: 'runvoy-execution-logs',
        KeyConditionExpression: 'execution_id = :id',
        ExpressionAttributeValues: { ':id': { S: 'u' } },
      }),
    );
    expect(Count).toBe(25);
  });

  it('holds for reads, too; all of it is an error', async () => {
    const { dynamo } = clientsFor(cloud, 'administrator');
    const Keys = Array.from({ length: 25 }, (_none, at) => ({
      execution_id: { S: 'u' },
      event_key: { S: String(at) },
    }));
    const read = () => dynamo.send(new BatchGetItemCommand({ RequestItems: { 'runvoy-execution-logs': { Keys } } }));
    cloud.knobs.unprocessed = 0.5;
    const { Responses, UnprocessedKeys } = await read();
    const table = 'runvoy-execution-logs';
    expect(Responses![table]!.length + UnprocessedKeys![table]!.Keys!.length).toBe(25);
    cloud.knobs.unprocessed = 1;
    expect(await refused(read())).toMatch(/^ProvisionedThroughputExceededException/);
    cloud.knobs.unprocessed = 0;
  });
});

it('removes its tables from an engine that it was given', async () => {
  const { openEmulators } = await import('@runvoy/conformance/emulators');
  const emulators = await openEmulators({ wanted: ['dynamodb'] });
  const dynamodb = emulators.running[0]!.host;
  const engine = new DynamoDBClient({
    endpoint: `http://${dynamodb}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'engine', secretAccessKey: 'engine' },
  });
  const before = (await engine.send(new ListTablesCommand({}))).TableNames!.length;
  const [one, two] = await Promise.all([startSimulator({ seed: 1, dynamodb }), startSimulator({ seed: 1, dynamodb })]);
  const get = new GetItemCommand({ TableName: 'runvoy-executions', Key: { execution_id: { S: 'e' } } });
  await clientsFor(one).dynamo.send(get);
  expect((await engine.send(new ListTablesCommand({}))).TableNames!.length).toBe(before + 16);
  await one.close();
  await clientsFor(two).dynamo.send(get);
  await two.close();
  await two.close();
  expect((await engine.send(new ListTablesCommand({}))).TableNames!.length).toBe(before);
  engine.destroy();
  await emulators.close();
});

it('forgets what has expired only when it is swept', async () => {
  const { dynamo } = clientsFor(cloud);
  const TableName = 'runvoy-execution-logs';
  const write = (key: string, more: Record<string, { N: string } | { S: string }>) =>
    dynamo.send(new PutItemCommand({ TableName, Item: { execution_id: { S: 'x' }, event_key: { S: key }, ...more } }));
  const past = Math.floor(Date.now() / 1000) - 10;
  await write('past', { expires_at: { N: String(past) } });
  await write('text', { expires_at: { S: String(past) } });
  await write('future', { expires_at: { N: String(past + 3600) } });
  await write('never', {});
  const keys = async () => {
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'execution_id = :id',
        ExpressionAttributeValues: { ':id': { S: 'x' } },
      }),
    );
    return Items!.map(({ event_key }) => event_key!.S);
  };
  expect(await keys()).toEqual(['future', 'never', 'past', 'text']);
  expect(await cloud.sweep()).toBe(1);
  expect(await keys()).toEqual(['future', 'never', 'text']);
});

it('counts operations by table', async () => {
  cloud.calls.clear();
  const { dynamo } = clientsFor(cloud);
  const get = new GetItemCommand({ TableName: 'runvoy-executions', Key: { execution_id: { S: 'none' } } });
  await dynamo.send(get);
  await dynamo.send(get);
  await refused(dynamo.send(new ScanCommand({ TableName: 'runvoy-executions' })));
  expect(cloud.calls.counts('dynamodb:')).toEqual({ 'dynamodb:GetItem': 2, 'dynamodb:Scan': 1 });
  expect(cloud.calls.all.at(-1)).toEqual({
    operation: 'dynamodb:Scan',
    resource: 'runvoy-executions',
    role: expect.any(String),
    error: 'AccessDeniedException',
  });
});
