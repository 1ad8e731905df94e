import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { account, evaluate, readTemplate, region, templateFile, templateText } from './template.ts';

const lint = spawnSync('cfn-lint', ['--version']).status === 0;
if (!lint) console.warn('SKIPPED: cfn-lint on providers/aws/deploy/cloudformation.yaml. It is not on the PATH.');

test('is small enough to be sent as it is', () => {
  // CloudFormation takes up to 51,200 bytes without a bucket.
  expect(Buffer.byteLength(templateText)).toBeLessThan(51_200);
});

test.skipIf(!lint)('cfn-lint finds nothing', { timeout: 120_000 }, () => {
  const { status, stdout } = spawnSync('cfn-lint', [templateFile], { encoding: 'utf8' });
  expect(`${status}${stdout}`).toBe('0');
});

/** Upstream's logical ids of what holds data, with the physical names and keys of its v0.5 (reference: its template and its code). */
const data = {
  APIKeysTable: ['api-keys', ['api_key_hash']],
  PendingAPIKeysTable: ['pending-api-keys', ['secret_token']],
  ExecutionsTable: ['executions', ['execution_id']],
  ExecutionLogsTable: ['execution-logs', ['execution_id', 'event_key']],
  WebSocketConnectionsTable: ['websocket-connections', ['connection_id']],
  WebSocketTokensTable: ['websocket-tokens', ['token']],
  ImageTaskDefinitionsTable: ['image-taskdefs', ['image_id']],
  SecretsMetadataTable: ['secrets-metadata', ['secret_name']],
} as const;

describe('what holds data', () => {
  const resources = evaluate();

  test.each(Object.entries(data))('%s is the table that upstream made', (id, [name, key]) => {
    const { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = resources[id]!.Properties;
    expect(TableName).toBe(`runvoy-${name}`);
    expect(KeySchema.map(({ AttributeName }: { AttributeName: string }) => AttributeName)).toEqual(key);
    // DynamoDB refuses a definition that no key uses, and a key without one.
    const used = [KeySchema, ...GlobalSecondaryIndexes.map((index: { KeySchema: unknown }) => index.KeySchema)].flat();
    const names = (list: { AttributeName: string }[]) => new Set(list.map(({ AttributeName }) => AttributeName));
    expect(names(AttributeDefinitions)).toEqual(names(used));
  });

  test.each([...Object.keys(data), 'SecretsKmsKey', 'RunnerLogGroup', 'LambdaLogGroup', 'EventProcessorLogGroup'])(
    '%s outlives the stack, and its own replacement',
    (id) => {
      expect(resources[id]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    },
  );

  test('a stack of v0.5 gets no index that would hide its images and secrets, and at most one new index a table', () => {
    const indexes = (parameters: Record<string, string>, id: string): string[] =>
      (evaluate(parameters)[id]!.Properties.GlobalSecondaryIndexes ?? []).map(
        ({ IndexName }: { IndexName: string }) => IndexName,
      );
    const released = { SchemaGeneration: 'released' };
    expect(indexes(released, 'ImageTaskDefinitionsTable')).toEqual(['is_default-index']);
    expect(indexes(released, 'SecretsMetadataTable')).toEqual([]);
    expect(indexes({}, 'ImageTaskDefinitionsTable')).toEqual(['is_default-index', 'all-image_id']);
    expect(indexes({}, 'SecretsMetadataTable')).toEqual(['all-secret_name']);
    expect(evaluate(released).ListsWithoutIndexes).toBeDefined();
    expect(evaluate().ListsWithoutIndexes).toBeUndefined();
  });

  test('a key that exists is used in place of a new one', () => {
    const SecretsKeyArn = `arn:aws:kms:${region}:${account}:key/1234`;
    const given = evaluate({ SecretsKeyArn });
    expect(given.SecretsKmsKey).toBeUndefined();
    expect(given.LambdaFunction!.Properties.Environment.Variables.RUNVOY_AWS_SECRETS_KMS_KEY_ARN).toBe(SecretsKeyArn);
  });
});

test.each([
  [{}, 'parameter'],
  [{ SchemaGeneration: 'released' }, 'env'],
  [{ SchemaGeneration: 'released', SecretDelivery: 'parameter' }, 'parameter'],
  [{ SecretDelivery: 'env' }, 'env'],
])('with %j secrets reach a run by %s, and its role can read them only then', (parameters, delivery) => {
  const resources = evaluate(parameters);
  for (const name of ['LambdaFunction', 'EventProcessorFunction'])
    expect(resources[name]!.Properties.Environment.Variables.RUNVOY_AWS_SECRET_DELIVERY).toBe(delivery);
  expect(resources.SecretsOfRuns !== undefined).toBe(delivery === 'parameter');
});

test("upstream's parameters and outputs are there, with its names", () => {
  const { Parameters, Outputs } = readTemplate();
  expect(Object.keys(Parameters)).toEqual(
    expect.arrayContaining(['ProjectName', 'LambdaCodeBucket', 'ReleaseVersion', 'LogRetentionDays']),
  );
  const required = Object.entries(Parameters).filter(([, { Default }]) => Default === undefined);
  expect(required.map(([name]) => name)).toEqual(['LambdaCodeBucket', 'ReleaseVersion']);
  expect(Object.keys(Outputs)).toEqual(
    expect.arrayContaining([
      'APIEndpoint',
      'APIKeysTableName',
      'ExecutionsTableName',
      'ExecutionLogsTableName',
      'PendingAPIKeysTableName',
      'SecretsMetadataTableName',
      'SecretsKmsKeyArn',
      'SecretsKmsKeyAliasName',
      'ECSClusterName',
      'LogGroup',
      'LambdaLogGroup',
      'LambdaFunctionName',
      'VPCId',
      'EventProcessorFunctionName',
      'EventProcessorLogGroup',
      'TaskCompletionEventRuleName',
      'WebSocketApiEndpoint',
      'WebSocketApiId',
      'WebSocketTokensTableName',
    ]),
  );
});

test('events that cannot be handled are kept, and somebody is told', () => {
  const resources = evaluate();
  expect(resources.EventProcessorInvocations!.Properties).toMatchObject({
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: 'arn:EventProcessorDeadLetters' } },
  });
  for (const rule of ['TaskCompletionEventRule', 'HealthReconcileRule'])
    expect(resources[rule]!.Properties.Targets[0].DeadLetterConfig.Arn).toBe('arn:EventProcessorDeadLetters');
  const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  expect(alarms.map(({ Properties }) => Properties.MetricName).sort()).toEqual([
    'ApproximateNumberOfMessagesVisible',
    'Errors',
    'Errors',
    'Throttles',
    'Throttles',
  ]);
  for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual(['Alarms']);
  expect(resources.Alarms!.Properties.Subscription).toBeUndefined();
  expect(evaluate({ AlarmEmail: 'ops@example.com' }).Alarms!.Properties.Subscription).toEqual([
    { Protocol: 'email', Endpoint: 'ops@example.com' },
  ]);
});

test('the hourly event is the one that the processor knows', () => {
  const [{ Input }] = evaluate().HealthReconcileRule!.Properties.Targets;
  expect(JSON.parse(Input)).toEqual({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    detail: { runvoy_event: 'health_reconcile' },
  });
});
