import {
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';
import { refused } from './refused.ts';

let cloud: SimulatedCloud;
beforeAll(async () => {
  cloud = await startSimulator({ seed: 3 });
  await clientsFor(cloud).ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud)));
});
afterEach(async () => {
  cloud.knobs.capacity = 'available';
  await cloud.settled();
});
afterAll(() => cloud.close());

const run = (more: Partial<RunTaskCommandInput> = {}) =>
  clientsFor(cloud).ecs.send(new RunTaskCommand({ ...runOf(cloud, 'true'), ...more }));

describe('RunTask with a client token', () => {
  it('starts one task however often it is asked, also at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => run({ clientToken: 'token-1' })));
    const arns = new Set(answers.map(({ tasks }) => tasks![0]!.taskArn));
    expect(arns.size).toBe(1);
    await cloud.settled();
    const later = await run({ clientToken: 'token-1' });
    expect([...arns]).toEqual([later.tasks![0]!.taskArn]);
    expect(later.tasks![0]!.lastStatus).toBe('STOPPED');
  });

  it('refuses another request with the same one, and names the task', async () => {
    const { tasks } = await run({ clientToken: 'token-2' });
    const call = run({ clientToken: 'token-2', startedBy: 'somebody' });
    await expect(call).rejects.toMatchObject({ name: 'ConflictException', resourceIds: [tasks![0]!.taskArn] });
  });

  it('forgets it after a day, or an hour after the end of the task', async () => {
    let late = 0;
    const other = await startSimulator({ seed: 7, now: () => Date.now() + late, knobs: { maximumStopTimeout: 50 } });
    const { ecs } = clientsFor(other);
    await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(other)));
    const start = async (script: string, clientToken: string) =>
      (await ecs.send(new RunTaskCommand({ ...runOf(other, script), clientToken }))).tasks![0]!.taskArn;
    const short = await start('true', 'short');
    await other.settled();
    const long = await start('sleep 60', 'long');
    late = 59 * 60_000;
    expect(await start('true', 'short')).toBe(short);
    late = 61 * 60_000;
    expect(await start('true', 'short')).not.toBe(short);
    late = 23 * 3600_000;
    expect(await start('sleep 60', 'long')).toBe(long);
    late = 24.1 * 3600_000;
    expect(await start('sleep 60', 'long')).not.toBe(long);
    await other.close();
  });

  it('refuses one that is too long', async () => {
    expect(await refused(run({ clientToken: 'x'.repeat(65) }))).toMatch(/^InvalidParameterException/);
  });
});

it.each<[string, Partial<RunTaskCommandInput>, RegExp]>([
  ['an unknown cluster', { cluster: 'other' }, /^ClusterNotFoundException: Cluster not found/],
  ['no cluster', { cluster: undefined }, /^ClusterNotFoundException/],
  ['an unknown definition', { taskDefinition: 'runvoy-none' }, /^ClientException: TaskDefinition not found/],
  [
    'no network',
    { networkConfiguration: undefined },
    /^InvalidParameterException: Network Configuration must be provided/,
  ],
  [
    'an unknown subnet',
    { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
    /InvalidSubnetID.NotFound/,
  ],
  [
    'overrides of an unknown container',
    { overrides: { containerOverrides: [{ name: 'nobody' }] } },
    /Override for container named nobody is not a container/,
  ],
  ['a launch type without machines', { launchType: 'EC2' }, /No Container Instances/],
  [
    'two ways to launch',
    { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
    /both a launch type and capacity provider strategy/,
  ],
  ['too many at once', { count: 11 }, /count/],
])('refuses %s', async (_what, more, message) => {
  expect(await refused(run(more))).toMatch(message);
});

it('takes overrides of 8192 characters, and not one more', async () => {
  const base = { containerOverrides: [{ name: 'runner', command: ['true', ''] }] };
  const room = 8192 - JSON.stringify(base).length;
  const overrides = (length: number) => ({
    containerOverrides: [{ name: 'runner', command: ['true', 'x'.repeat(length)] }],
  });
  await expect(run({ overrides: overrides(room) })).resolves.toBeDefined();
  expect(await refused(run({ overrides: overrides(room + 1) }))).toMatch(
    /^InvalidParameterException: Container Overrides length must be at most 8192/,
  );
});

it('says in four ways that there is no room', async () => {
  cloud.knobs.capacity = 'failures';
  const { tasks, failures } = await run();
  expect(tasks).toEqual([]);
  expect(failures).toEqual([{ reason: expect.stringMatching(/Capacity is unavailable/) }]);
  cloud.knobs.capacity = 'exception';
  expect(await refused(run())).toMatch(/^ClientException: Capacity is unavailable at this time/);
  cloud.knobs.capacity = 'limit';
  expect(await refused(run())).toMatch(/^ClientException: You've reached the limit on the number of vCPUs/);
  cloud.knobs.capacity = 'stopped';
  const accepted = await run();
  await cloud.settled();
  const described = await describeTask(accepted.tasks![0]!.taskArn!);
  expect(described).toMatchObject({ stopCode: 'TaskFailedToStart', lastStatus: 'STOPPED' });
  expect(described.stoppedReason).toMatch(/Capacity is unavailable/);
  expect(described.startedAt).toBeUndefined();
});

async function describeTask(arn: string) {
  const command = new DescribeTasksCommand({ cluster: cloud.names.cluster, tasks: [arn], include: ['TAGS'] });
  return (await clientsFor(cloud).ecs.send(command)).tasks![0]!;
}

it('keeps tags and who started it, and tells tags only when asked', async () => {
  const { tasks } = await run({ startedBy: 'runvoy', tags: [{ key: 'ExecutionId', value: 'e1' }] });
  const arn = tasks![0]!.taskArn!;
  expect(await describeTask(arn)).toMatchObject({
    startedBy: 'runvoy',
    tags: [{ key: 'ExecutionId', value: 'e1' }],
    group: 'family:runvoy-alpine-latest-c5c74c0e',
    launchType: 'FARGATE',
  });
  const plain = await clientsFor(cloud).ecs.send(
    new DescribeTasksCommand({ cluster: cloud.names.cluster, tasks: [arn] }),
  );
  expect(plain.tasks![0]!.tags).toEqual([]);
});

it('says which tasks are missing, and refuses more than a hundred', async () => {
  const { ecs } = clientsFor(cloud);
  const { cluster } = cloud.names;
  const missing = 'f'.repeat(32);
  const { failures } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [missing] }));
  expect(failures).toEqual([{ arn: expect.stringContaining(missing), reason: 'MISSING' }]);
  const many = Array.from({ length: 101 }, (_none, at) => String(at).padStart(32, '0'));
  expect(await refused(ecs.send(new DescribeTasksCommand({ cluster, tasks: many })))).toMatch(
    /^InvalidParameterException/,
  );
});

it('lists what lives in pages of a hundred', async () => {
  const world = await cloud.deploy();
  const { ecs } = clientsFor(world);
  const { cluster } = world.names;
  world.knobs.coldStart = 60_000;
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(world)));
  for (let tens = 0; tens < 10; tens++) await ecs.send(new RunTaskCommand({ ...runOf(world, 'true'), count: 10 }));
  await ecs.send(new RunTaskCommand({ ...runOf(world, 'true'), count: 5, startedBy: 'me' }));
  const first = await ecs.send(new ListTasksCommand({ cluster }));
  expect(first.taskArns).toHaveLength(100);
  const rest = await ecs.send(new ListTasksCommand({ cluster, nextToken: first.nextToken }));
  expect(rest.taskArns).toHaveLength(5);
  expect(new Set([...first.taskArns!, ...rest.taskArns!]).size).toBe(105);
  expect((await ecs.send(new ListTasksCommand({ cluster, startedBy: 'me' }))).taskArns).toHaveLength(5);
  expect((await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }))).taskArns).toEqual([]);
  expect((await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'PENDING' }))).taskArns).toEqual([]);
  expect(await refused(ecs.send(new ListTasksCommand({ cluster, startedBy: 'me', family: 'x' })))).toMatch(
    /only filter/,
  );
  await world.close();
});

it('shows a stopped task for an hour, by its own clock', async () => {
  let late = 0;
  const other = await startSimulator({ seed: 4, now: () => Date.now() + late });
  const { ecs } = clientsFor(other);
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(other)));
  const { tasks } = await ecs.send(new RunTaskCommand(runOf(other, 'true')));
  await other.settled();
  const describe = new DescribeTasksCommand({ cluster: other.names.cluster, tasks: [tasks![0]!.taskArn!] });
  late = 59 * 60_000;
  expect((await ecs.send(describe)).tasks).toHaveLength(1);
  late = 61 * 60_000;
  expect((await ecs.send(describe)).failures![0]!.reason).toBe('MISSING');
  await other.close();
});

it('does not know a task yet that it has just started, when told to lag', async () => {
  let ahead = 0;
  const other = await startSimulator({ seed: 5, now: () => Date.now() + ahead, knobs: { taskVisibility: 3600_000 } });
  const { ecs } = clientsFor(other);
  const { cluster } = other.names;
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(other)));
  const { tasks } = await ecs.send(new RunTaskCommand(runOf(other, 'sleep 30')));
  expect((await ecs.send(new DescribeTasksCommand({ cluster, tasks: [tasks![0]!.taskArn!] }))).tasks).toEqual([]);
  ahead = 3600_001;
  expect((await ecs.send(new DescribeTasksCommand({ cluster, tasks: [tasks![0]!.taskArn!] }))).tasks).toHaveLength(1);
  await other.close();
});
