import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployLambdas, until, watchSocket } from '../support/lambda-deployment.ts';

/** Runs that upstream's server has started: the execution's id is that of its task, and its script is not ours. */
describe('runs of upstream’s server', () => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  let ecs: ECSClient;
  let dynamo: DynamoDBClient;
  let env: Record<string, string>;
  beforeAll(async () => {
    // Their output has no end marker, and half a minute is waited for one from the end of a task on: most of it is over here.
    deployment = await deployLambdas({ now: () => Date.now() + 27_000 });
    env = deployment.cloud.envOf('administrator');
    const client = {
      region: env.AWS_REGION as string,
      endpoint: env.AWS_ENDPOINT_URL as string,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID as string,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
      },
    };
    ecs = new ECSClient(client);
    dynamo = new DynamoDBClient(client);
    const logConfiguration = {
      logDriver: 'awslogs' as const,
      options: {
        'awslogs-group': env.RUNVOY_AWS_LOG_GROUP as string,
        'awslogs-region': client.region,
        'awslogs-stream-prefix': 'task',
      },
    };
    const shared = { logConfiguration, mountPoints: [{ sourceVolume: 'workspace', containerPath: '/workspace' }] };
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'runvoy-alpine-latest-c5c74c0e',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        executionRoleArn: env.RUNVOY_AWS_DEFAULT_TASK_EXEC_ROLE_ARN as string,
        taskRoleArn: env.RUNVOY_AWS_DEFAULT_TASK_ROLE_ARN as string,
        volumes: [{ name: 'workspace' }],
        containerDefinitions: [
          { ...shared, name: 'sidecar', image: 'public.ecr.aws/docker/library/alpine:latest', essential: false },
          {
            ...shared,
            name: 'runner',
            image: 'alpine:latest',
            essential: true,
            workingDirectory: '/workspace',
            dependsOn: [{ containerName: 'sidecar', condition: 'SUCCESS' }],
          },
        ],
      }),
    );
  });
  afterAll(async () => {
    ecs.destroy();
    dynamo.destroy();
    await deployment.close();
  });

  /** As upstream's `RunCommand` does it: the task, then the record. */
  async function runAsUpstream(script: string): Promise<string> {
    const { tasks = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: env.RUNVOY_AWS_ECS_CLUSTER as string,
        taskDefinition: 'runvoy-alpine-latest-c5c74c0e',
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [env.RUNVOY_AWS_SUBNET_1 as string, env.RUNVOY_AWS_SUBNET_2 as string],
            securityGroups: [env.RUNVOY_AWS_SECURITY_GROUP as string],
            assignPublicIp: 'ENABLED',
          },
        },
        tags: [{ key: 'UserEmail', value: 'admin@example.com' }],
        overrides: {
          containerOverrides: [
            {
              name: 'sidecar',
              command: ['/bin/sh', '-c', 'echo "### runvoy sidecar: Sidecar completed successfully"'],
            },
            { name: 'runner', command: ['/bin/sh', '-c', script] },
          ],
        },
      }),
    );
    const id = tasks[0]!.taskArn!.split('/').at(-1)!;
    await dynamo.send(
      new PutItemCommand({
        TableName: env.RUNVOY_AWS_EXECUTIONS_TABLE as string,
        Item: {
          execution_id: { S: id },
          started_at: { N: String(Math.floor(Date.now() / 1000)) },
          created_by: { S: 'admin@example.com' },
          owned_by: { L: [{ S: 'admin@example.com' }] },
          command: { S: script },
          image_id: { S: 'alpine:latest-c5c74c0e' },
          status: { S: 'STARTING' },
          compute_platform: { S: 'AWS' },
          _all: { S: 'ALL' },
        },
      }),
    );
    return id;
  }
  const status = async (id: string) => (await deployment.ask('GET', `/executions/${id}/status`)).json;
  const ended = (id: string) =>
    until(async () => {
      const seen = await status(id);
      return ['SUCCEEDED', 'FAILED', 'STOPPED'].includes(seen.status) && seen;
    });

  test('end with their exit code, an odd one too, and keep their output', async () => {
    const id = await runAsUpstream('echo "### runvoy runner: command => false"; echo oops; exit 137');
    expect(await ended(id)).toMatchObject({ status: 'FAILED', exit_code: 137, reason: 'exited' });
    const { json } = await deployment.ask('GET', `/executions/${id}/logs`);
    const messages = json.events.map(({ message }: { message: string }) => message);
    expect(messages).toContain('oops');
    expect(messages).toContain('### runvoy sidecar: Sidecar completed successfully');
  }, 60_000);

  test('are followed and stopped while they run', async () => {
    const id = await runAsUpstream('echo started; trap "exit 0" TERM; while :; do sleep 0.1; done');
    await until(async () => (await status(id)).status === 'RUNNING');
    const { json } = await deployment.ask('GET', `/executions/${id}/logs`);
    const viewer = watchSocket(`${json.websocket_url}`);
    await until(() => viewer.messages.some((text) => text.includes('"started"')));
    expect((await deployment.ask('DELETE', `/executions/${id}`)).status).toBe(200);
    await until(() => viewer.messages.some((text) => text.includes('disconnect')));
    viewer.socket.close();
    expect(await status(id)).toMatchObject({ status: 'STOPPED', exit_code: 130 });
  }, 60_000);

  test('that ended before are read from CloudWatch', async () => {
    const id = await runAsUpstream('i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i; done');
    await ended(id);
    // As if it had been recorded by upstream's server: without a log of ours.
    const { DeleteItemCommand, QueryCommand } = await import('@aws-sdk/client-dynamodb');
    const table = env.RUNVOY_AWS_EXECUTION_LOGS_TABLE as string;
    for (const partition of [id, `${id}/index`]) {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'execution_id = :id',
          ExpressionAttributeValues: { ':id': { S: partition } },
        }),
      );
      for (const { execution_id, event_key } of Items)
        await dynamo.send(
          new DeleteItemCommand({ TableName: table, Key: { execution_id: execution_id!, event_key: event_key! } }),
        );
    }
    const { json } = await deployment.ask('GET', `/executions/${id}/logs`);
    const messages = json.events.map(({ message }: { message: string }) => message);
    expect(messages.slice(-30)).toEqual(Array.from({ length: 30 }, (_, n) => `line ${n + 1}`));
    // By pages, too.
    const seen: string[] = [];
    let after = '';
    do {
      const { json: page } = await deployment.ask(
        'GET',
        `/executions/${id}/logs?limit=7${after && `&after=${encodeURIComponent(after)}`}`,
      );
      seen.push(...page.events.map(({ message }: { message: string }) => message));
      after = page.next ?? '';
    } while (after !== '');
    expect(seen).toEqual(messages);
  }, 60_000);
});
