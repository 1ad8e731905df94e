import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import table from '../../deploy/permissions.json' with { type: 'json' };
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';
import { refused } from './refused.ts';

let cloud: SimulatedCloud;
beforeEach(async () => {
  cloud = await startSimulator({ seed: 14 });
});
afterEach(() => cloud.close());

describe('who may what', () => {
  it('is said in the table, each line with its reason', () => {
    for (const { role, actions, resources, reason } of table.grants) {
      expect(['orchestrator', 'processor', 'task', 'execution']).toContain(role);
      expect(actions.length * resources.length).toBeGreaterThan(0);
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  it('is checked with the names of the caller and the resource', async () => {
    const { ecs, logs } = clientsFor(cloud, 'processor');
    expect(await refused(ecs.send(new ListTasksCommand({ cluster: cloud.names.cluster })))).toBe(
      `AccessDeniedException: User: arn:aws:sts::${cloud.names.account}:assumed-role/runvoy-event-processor-role-eu-west-1/runvoy-event-processor is not authorized to perform: ecs:ListTasks because no identity-based policy allows the ecs:ListTasks action`,
    );
    expect(await refused(ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud))))).toMatch(/iam:PassRole/);
    expect(
      await refused(logs.send(new FilterLogEventsCommand({ logGroupName: cloud.names.logGroups.runner }))),
    ).toMatch(/logs:FilterLogEvents/);
  });

  it('keeps to the prefixes of the stack', async () => {
    const { ecs, ssm } = clientsFor(cloud, 'orchestrator');
    await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud, { family: 'other' })));
    expect(await refused(ecs.send(new RunTaskCommand({ ...runOf(cloud, 'true'), taskDefinition: 'other' })))).toMatch(
      /^AccessDeniedException: .*ecs:RunTask on resource: .*task-definition\/other:1/,
    );
    const put = new PutParameterCommand({ Name: '/elsewhere/x', Value: 'v', Type: 'String' });
    expect(await refused(ssm.send(put))).toMatch(/^AccessDeniedException/);
    const elsewhere = `arn:aws:ecs:eu-west-1:${cloud.names.account}:task/other/${'f'.repeat(32)}`;
    expect(
      await refused(ecs.send(new DescribeTasksCommand({ cluster: cloud.names.cluster, tasks: [elsewhere] }))),
    ).toMatch(/^AccessDeniedException/);
  });

  it('refuses strangers', async () => {
    const credentials = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' };
    const stranger = new SSMClient({
      endpoint: cloud.env.AWS_ENDPOINT_URL!,
      region: 'eu-west-1',
      credentials,
      maxAttempts: 1,
    });
    expect(await refused(stranger.send(new GetParameterCommand({ Name: '/x' })))).toMatch(
      /^UnrecognizedClientException/,
    );
    const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: accessKeyId } = cloud.envOf('both');
    const liar = {
      endpoint: endpoint!,
      region: 'eu-west-1',
      credentials: { accessKeyId: accessKeyId!, secretAccessKey: 'guessed' },
    };
    const guess = new SSMClient({ ...liar, maxAttempts: 1 }).send(new GetParameterCommand({ Name: '/x' }));
    expect(await refused(guess)).toMatch(
      /^InvalidSignatureException: The request signature we calculated does not match/,
    );
    const who = new STSClient({ ...liar, maxAttempts: 1 }).send(new GetCallerIdentityCommand({}));
    expect(await refused(who)).toMatch(/^403 SignatureDoesNotMatch/);
    const unsigned = await fetch(cloud.env.AWS_ENDPOINT_URL!, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.GetParameter', 'content-type': 'application/x-amz-json-1.1' },
      body: '{"Name":"/x"}',
    });
    expect(await unsigned.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('reports what nobody has needed', async () => {
    const unused = () => cloud.unusedGrants().map(({ role, action }) => `${role} ${action}`);
    const line = 'runvoy-lambda-role-eu-west-1 ssm:PutParameter';
    expect(unused()).toContain(line);
    const { ssm } = clientsFor(cloud, 'orchestrator');
    await ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/x', Value: 'v', Type: 'String' }));
    expect(unused()).not.toContain(line);
    expect(unused()).toContain('runvoy-lambda-role-eu-west-1 ssm:DeleteParameter');
  });
});

it('knows who calls', async () => {
  const identity = await clientsFor(cloud, 'orchestrator').sts.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({
    Account: cloud.names.account,
    Arn: `arn:aws:sts::${cloud.names.account}:assumed-role/runvoy-lambda-role-eu-west-1/runvoy-orchestrator`,
  });
});

it('looks up roles', async () => {
  const { iam } = clientsFor(cloud);
  const arn = cloud.addRole('my-task');
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'my-task' }));
  expect(Role).toMatchObject({ Arn: arn, RoleName: 'my-task', Path: '/' });
  expect(Role!.CreateDate).toBeInstanceOf(Date);
  expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain('ecs-tasks.amazonaws.com');
  cloud.removeRole('my-task');
  expect(await refused(iam.send(new GetRoleCommand({ RoleName: 'my-task' })))).toBe(
    '404 NoSuchEntityException: The role with name my-task cannot be found.',
  );
  expect(await refused(iam.send(new GetRoleCommand({ RoleName: 'no/slashes' })))).toMatch(/ValidationError/);
});

it('does not run a task with a role that is not there', async () => {
  const { ecs } = clientsFor(cloud);
  const taskRoleArn = `arn:aws:iam::${cloud.names.account}:role/gone`;
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud, { taskRoleArn })));
  expect(await refused(ecs.send(new RunTaskCommand(runOf(cloud, 'true'))))).toMatch(
    /^ClientException: ECS was unable to assume the role/,
  );
});
