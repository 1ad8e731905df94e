import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../../src/infra/apply.ts';
import { destroy } from '../../src/infra/destroy.ts';
import { plan } from '../../src/infra/plan.ts';
import { status } from '../../src/infra/status.ts';
import { temporaryFolder } from '../support/cli.ts';
import { recordedContext } from './support/recorded-context.ts';
import { type SimulatedCloudFormation, startCloudFormation } from './support/simulated-cloudformation.ts';

const options = { provider: 'aws', version: '1.0.0', parameter: ['LambdaCodeBucket=code'], yes: true };
const table = { action: 'Add', resource: 'APIKeysTable', type: 'AWS::DynamoDB::Table' };
const step = (status: string, reason?: string) => ({
  resource: 'APIKeysTable',
  type: 'AWS::DynamoDB::Table',
  status,
  ...(reason && { reason }),
});

let cloud: SimulatedCloudFormation;
let home: ReturnType<typeof temporaryFolder>;
const context = () => recordedContext({ ...cloud.env, RUNVOY_HOME: home.path });
const called = (action: string) => cloud.calls.filter((call) => call.action === action);

beforeEach(async () => {
  cloud = await startCloudFormation();
  home = temporaryFolder();
});
afterEach(async () => {
  await cloud.close();
  home.remove();
});

describe('apply', () => {
  test('makes a stack: shows the plan, then each resource, and saves the address', async () => {
    cloud.changes = [table];
    const outputs = { APIEndpoint: 'https://abc.lambda-url.eu-west-1.on.aws/' };
    cloud.operation = { steps: [step('CREATE_IN_PROGRESS'), step('CREATE_COMPLETE')], end: 'CREATE_COMPLETE', outputs };
    const one = context();
    await apply(one, { ...options, configure: true });
    expect(one.said.join('\n')).toMatch(
      /\+ create {2}APIKeysTable AWS::DynamoDB::Table\n.*1 to create[\s\S]*APIKeysTable create complete/,
    );
    expect(one.answer).toMatchObject({
      changes: 1,
      endpoint: outputs.APIEndpoint,
      saved_to: `${home.path}/config.yaml`,
    });
    const { parameters } = called('CreateChangeSet')[0]!;
    expect(parameters).toMatchObject({
      ChangeSetType: 'CREATE',
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
      ImportExistingResources: 'true',
      'Parameters.member.1.ParameterKey': 'LambdaCodeBucket',
      'Parameters.member.1.ParameterValue': 'code',
      'Parameters.member.2.ParameterKey': 'ReleaseVersion',
      'Parameters.member.2.ParameterValue': '1.0.0',
    });
  });

  test('what a failed apply has made does not stay, unless data is taken back', async () => {
    const executed = async (actions: string[]) => {
      cloud.stack = undefined;
      cloud.changes = actions.map((action) => ({ ...table, action }));
      cloud.operation = { steps: [], end: 'CREATE_COMPLETE' };
      await apply(context(), options);
      return called('ExecuteChangeSet').at(-1)!.parameters.RetainExceptOnCreate;
    };
    expect(await executed(['Add', 'Add'])).toBe('true');
    expect(await executed(['Add', 'Import'])).toBeUndefined();
  });

  test('without a terminal and without --yes it changes nothing, and leaves nothing behind', async () => {
    cloud.changes = [table];
    await expect(apply(context(), { ...options, yes: false })).rejects.toMatchObject({ field: '--yes' });
    expect(called('ExecuteChangeSet')).toEqual([]);
    expect(cloud.stack).toBeUndefined();
  });

  test("updates upstream's stack with the values it has, on the generation of its tables", async () => {
    cloud.stack = {
      status: 'UPDATE_COMPLETE',
      parameters: { ProjectName: 'ours', LambdaCodeBucket: 'old', ReleaseVersion: 'v0.5.0' },
      template: 'IndexName: is_default-index',
    };
    cloud.changes = [{ ...table, action: 'Modify', replacement: 'False' }];
    cloud.operation = { steps: [], end: 'UPDATE_COMPLETE' };
    await apply(context(), options);
    const { parameters } = called('CreateChangeSet')[0]!;
    expect(parameters).toMatchObject({
      ChangeSetType: 'UPDATE',
      'Parameters.member.1.ParameterKey': 'ProjectName',
      'Parameters.member.1.UsePreviousValue': 'true',
      'Parameters.member.2.ParameterValue': 'code',
      'Parameters.member.4.ParameterKey': 'SchemaGeneration',
      'Parameters.member.4.ParameterValue': 'released',
    });
  });

  test('nothing to change is no failure', async () => {
    cloud.stack = {
      status: 'CREATE_COMPLETE',
      parameters: { LambdaCodeBucket: 'code', ReleaseVersion: '1', SchemaGeneration: 'main' },
    };
    cloud.changes =
      "The submitted information didn't contain changes. Submit different information to create a change set.";
    const one = context();
    await apply(one, { provider: 'aws', yes: true });
    expect(one.answer).toMatchObject({ changes: 0 });
    expect(called('ExecuteChangeSet')).toEqual([]);
  });

  test('an operation that is under way is followed to its end first', async () => {
    cloud.stack = {
      status: 'UPDATE_IN_PROGRESS',
      parameters: { LambdaCodeBucket: 'code', ReleaseVersion: '1', SchemaGeneration: 'main' },
      steps: [step('UPDATE_IN_PROGRESS'), step('UPDATE_COMPLETE')],
      end: 'UPDATE_COMPLETE',
    };
    cloud.changes = 'No updates are to be performed.';
    const one = context();
    await apply(one, { provider: 'aws', yes: true });
    expect(one.said.join('\n')).toMatch(/under way[\s\S]*APIKeysTable update complete[\s\S]*Planning/);
  });

  test('with --no-wait it returns when the change has begun', async () => {
    cloud.changes = [table];
    cloud.operation = { steps: [], end: 'CREATE_COMPLETE' };
    const one = context();
    await apply(one, { ...options, wait: 'false' });
    expect(one.answer).toEqual({ started: true, changes: 1 });
    expect(cloud.stack?.status).toBe('CREATE_IN_PROGRESS');
  });

  test('what holds data is not replaced by a yes that was given before the plan was seen', async () => {
    cloud.stack = {
      status: 'CREATE_COMPLETE',
      parameters: { LambdaCodeBucket: 'code', ReleaseVersion: '1', SchemaGeneration: 'main' },
    };
    cloud.changes = [{ ...table, action: 'Modify', replacement: 'True' }];
    const one = context();
    await expect(apply(one, options)).rejects.toMatchObject({ field: '--delete-data' });
    expect(one.said.join('\n')).toContain('± replace APIKeysTable AWS::DynamoDB::Table holds data, which is lost');
    expect(called('ExecuteChangeSet')).toEqual([]);
  });

  test.each([
    ['name taken', 'runvoy-api-keys already exists', 'CONFLICT', 'ProjectName'],
    [
      'no permission',
      'User: x is not authorized to perform: dynamodb:CreateTable on resource: y',
      'FORBIDDEN',
      'dynamodb:CreateTable',
    ],
    ['limit', 'LimitExceededException: Subscriber limit exceeded', 'CAPACITY_EXCEEDED', 'Service Quotas'],
    [
      'code missing',
      'Error occurred while GetObject. S3 Error Code: NoSuchKey',
      'INVALID_REQUEST',
      'runvoy-orchestrator.zip',
    ],
  ])('failed and rolled back (%s): the first cause, and what to do', async (_name, reason, code, remedy) => {
    cloud.changes = [table];
    cloud.operation = {
      steps: [
        step('CREATE_IN_PROGRESS'),
        step('CREATE_FAILED', reason),
        { resource: 'VPC', type: 'AWS::EC2::VPC', status: 'CREATE_FAILED', reason: 'Resource creation cancelled' },
        {
          resource: 'runvoy-backend',
          type: 'AWS::CloudFormation::Stack',
          status: 'ROLLBACK_IN_PROGRESS',
          reason: 'The following resource(s) failed',
        },
      ],
      end: 'ROLLBACK_COMPLETE',
    };
    const failed = apply(context(), options);
    await expect(failed).rejects.toMatchObject({ code, remedy: expect.stringContaining(remedy) });
    await expect(failed).rejects.toThrow(
      `APIKeysTable (AWS::DynamoDB::Table) failed: ${reason}. Everything was put back`,
    );
  });

  test.each([
    ['ROLLBACK_COMPLETE', 'infra destroy'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback'],
    ['DELETE_FAILED', 'infra destroy'],
  ])('a stack that is %s: how to get out of it', async (state, remedy) => {
    cloud.stack = { status: state, parameters: {} };
    await expect(apply(context(), options)).rejects.toMatchObject({
      code: 'CONFLICT',
      remedy: expect.stringContaining(remedy),
    });
  });

  test('a caller without permission is told which is missing', async () => {
    cloud.denied.add('CreateChangeSet');
    await expect(apply(context(), options)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      remedy: expect.stringContaining('cloudformation:CreateChangeSet'),
    });
  });

  test('throttled calls are repeated', async () => {
    cloud.throttled = 2;
    cloud.changes = [table];
    const one = context();
    await plan(one, options);
    expect(one.answer).toMatchObject({ changes: [{ action: 'create', resource: 'APIKeysTable', holdsData: true }] });
  });

  test('wrong parameters are told before anything is asked of the stack', async () => {
    await expect(apply(context(), { ...options, parameter: ['Nonsense=1'] })).rejects.toMatchObject({
      field: '--parameter',
    });
    await expect(apply(context(), { provider: 'aws', yes: true })).rejects.toThrow(
      'needs LambdaCodeBucket and ReleaseVersion',
    );
    expect(called('CreateChangeSet')).toEqual([]);
  });
});

test('plan leaves nothing behind', async () => {
  cloud.changes = [table];
  await plan(context(), options);
  expect(called('DeleteChangeSet')).toHaveLength(1);
  expect(cloud.stack).toBeUndefined();
});

test('status tells what somebody changed by hand', async () => {
  cloud.stack = { status: 'UPDATE_COMPLETE', parameters: {}, outputs: { APIEndpoint: 'https://x' } };
  cloud.drifts = [
    { resource: 'LambdaFunction', type: 'AWS::Lambda::Function', status: 'MODIFIED' },
    { resource: 'VPC', type: 'AWS::EC2::VPC', status: 'IN_SYNC' },
  ];
  const one = context();
  await status(one, { provider: 'aws', drift: true });
  expect(one.answer).toMatchObject({
    state: 'ready',
    drift: [{ resource: 'LambdaFunction', type: 'AWS::Lambda::Function', how: 'modified' }],
  });
});

describe('destroy', () => {
  beforeEach(() => {
    cloud.stack = { status: 'CREATE_COMPLETE', parameters: {} };
    cloud.operation = { steps: [step('DELETE_SKIPPED')], end: 'DELETE_COMPLETE' };
    cloud.resources = [
      { resource: 'APIKeysTable', type: 'AWS::DynamoDB::Table', physicalId: 'runvoy-api-keys' },
      { resource: 'SecretsKmsKey', type: 'AWS::KMS::Key', physicalId: 'key-1' },
      { resource: 'RunnerLogGroup', type: 'AWS::Logs::LogGroup', physicalId: '/aws/ecs/runvoy/runner' },
      { resource: 'VPC', type: 'AWS::EC2::VPC', physicalId: 'vpc-1' },
    ];
  });

  test('keeps data, and says where it is', async () => {
    const one = context();
    await destroy(one, { provider: 'aws', yes: true });
    expect(one.answer).toEqual({
      destroyed: true,
      kept: [
        'AWS::DynamoDB::Table runvoy-api-keys',
        'AWS::KMS::Key key-1',
        'AWS::Logs::LogGroup /aws/ecs/runvoy/runner',
      ],
    });
    expect(cloud.calls.filter(({ action }) => action.includes('.'))).toEqual([]);
  });

  test('with --delete-data: tables and logs at once, the key after thirty days', async () => {
    const one = context();
    await destroy(one, { provider: 'aws', yes: true, deleteData: true });
    expect(cloud.calls.filter(({ action }) => action.includes('.'))).toEqual([
      { action: 'DynamoDB_20120810.DeleteTable', parameters: { TableName: 'runvoy-api-keys' } },
      { action: 'TrentService.ScheduleKeyDeletion', parameters: { KeyId: 'key-1', PendingWindowInDays: 30 } },
      { action: 'Logs_20140328.DeleteLogGroup', parameters: { logGroupName: '/aws/ecs/runvoy/runner' } },
    ]);
    expect(one.answer).toMatchObject({ kept: [expect.stringContaining('cancel-key-deletion --key-id key-1')] });
  });

  test('without a terminal and without --yes nothing is destroyed', async () => {
    await expect(destroy(context(), { provider: 'aws' })).rejects.toMatchObject({ field: '--yes' });
    expect(called('DeleteStack')).toEqual([]);
  });

  test('what could not be deleted is named', async () => {
    cloud.operation = { steps: [step('DELETE_FAILED', 'Table is being used')], end: 'DELETE_FAILED' };
    await expect(destroy(context(), { provider: 'aws', yes: true })).rejects.toThrow(
      'APIKeysTable (AWS::DynamoDB::Table) failed: Table is being used',
    );
  });

  test('nothing there is no failure', async () => {
    cloud.stack = undefined;
    const one = context();
    await destroy(one, { provider: 'aws', yes: true });
    expect(one.answer).toMatchObject({ destroyed: false });
  });
});
