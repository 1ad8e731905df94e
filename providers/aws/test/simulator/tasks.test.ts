import { readdir, readFile } from 'node:fs/promises';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type ContainerDefinition,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';
import { eventually } from './eventually.ts';
import { refused } from './refused.ts';

/** As far as the tests look at them. */
interface SentEvent {
  source?: string;
  detail: { taskArn: string; lastStatus: string; desiredStatus: string; version: number };
}

let cloud: SimulatedCloud;
let events: SentEvent[];

beforeEach(async () => {
  cloud = await startSimulator({ seed: 1 });
  events = [];
  await cloud.connect({ processor: (event: SentEvent) => void (event.source && events.push(event)) });
  await clientsFor(cloud).ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud)));
});
afterEach(() => cloud.close());

async function start(runner: string, sidecar?: string): Promise<string> {
  const { tasks } = await clientsFor(cloud).ecs.send(new RunTaskCommand(runOf(cloud, runner, sidecar)));
  return tasks![0]!.taskArn!;
}

async function inspect(arn: string): Promise<Task> {
  const command = new DescribeTasksCommand({ cluster: cloud.names.cluster, tasks: [arn] });
  return (await clientsFor(cloud).ecs.send(command)).tasks![0]!;
}

async function ended(arn: string): Promise<Task> {
  await cloud.settled();
  return inspect(arn);
}

const stop = (task: string, reason?: string) =>
  clientsFor(cloud).ecs.send(new StopTaskCommand({ cluster: cloud.names.cluster, task, ...(reason && { reason }) }));

async function output(): Promise<string[]> {
  const command = new FilterLogEventsCommand({ logGroupName: cloud.names.logGroups.runner });
  return (await clientsFor(cloud).logs.send(command)).events!.map(({ message }) => message!);
}

/** Ids of processes with this word on their command line. */
async function livingWith(word: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_id, at) => lines[at]!.split('\0').includes(word));
}

/** Registers the definition with this done to its runner. */
async function withRunner(more: Partial<ContainerDefinition>) {
  const definition = definitionOf(cloud);
  const containerDefinitions = definition.containerDefinitions!.map((container) =>
    container.name === 'runner' ? { ...container, ...more } : container,
  );
  await clientsFor(cloud).ecs.send(new RegisterTaskDefinitionCommand({ ...definition, containerDefinitions }));
}

describe('a task', () => {
  it('runs its sidecar, then its command, which share a volume', async () => {
    const arn = await start('pwd; cat note; echo oops >&2; exit 7', 'echo hello > /workspace/note; echo made');
    const task = await ended(arn);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
    expect(task.containers!.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['sidecar', 0],
      ['runner', 7],
    ]);
    const times = [
      task.createdAt,
      task.pullStartedAt,
      task.startedAt,
      task.stoppingAt,
      task.executionStoppedAt,
      task.stoppedAt,
    ];
    expect(times.map(Number)).toEqual(times.map(Number).sort((one, other) => one - other));
    expect((await output()).slice(0, 1)).toEqual(['made']);
    expect((await output()).sort()).toEqual(
      cloud.isolation === 'namespaces'
        ? ['/workspace', 'hello', 'made', 'oops']
        : [expect.any(String), 'hello', 'made', 'oops'],
    );
  });

  it('is announced when it runs and when it has stopped, and once between', async () => {
    const arn = await start('true');
    await cloud.settled();
    expect(events.map(({ detail }) => `${detail.lastStatus} ${detail.desiredStatus}`)).toEqual([
      'RUNNING RUNNING',
      // The runner has ended: it is to be stopped now.
      'RUNNING STOPPED',
      'STOPPED STOPPED',
    ]);
    const versions = events.map(({ detail }) => detail.version);
    expect(new Set(versions).size).toBe(3);
    expect(events[0]).toMatchObject({
      version: '0',
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      account: cloud.names.account,
      region: cloud.names.region,
      resources: [arn],
      detail: { taskArn: arn, startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    });
  });

  it('tells why it never started', async () => {
    const arn = await start('echo never', 'exit 3');
    const task = await ended(arn);
    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', stoppedReason: 'Task failed to start' });
    expect(task.containers!.map(({ exitCode }) => exitCode)).toEqual([3, undefined]);
    expect(task.startedAt).toBeUndefined();
    expect(events.map(({ detail }) => detail.lastStatus)).toEqual(['STOPPED']);
  });

  it('cannot pull an image that is not there', async () => {
    cloud.knobs.missingImages.push('gone:1');
    for (const image of ['registry.invalid/no-such/image:1', 'gone:1']) {
      await withRunner({ image });
      const task = await ended(await start('true'));
      expect(task.stopCode).toBe('TaskFailedToStart');
      expect(task.stoppedReason).toMatch(/^CannotPullContainerError: .*not found/);
      expect(task.containers![1]!.reason).toBe(task.stoppedReason);
    }
  });

  it("has an image from the account's registry only with the right to it", async () => {
    const image = `${cloud.names.account}.dkr.ecr.eu-west-1.amazonaws.com/team/tool:1`;
    await withRunner({ image });
    expect((await ended(await start('exit 2'))).containers![1]!.exitCode).toBe(2);
    const arn = cloud.addRole('no-ecr', [{ actions: ['logs:*'], resources: ['*'], reason: 'test' }]);
    const request = runOf(cloud, 'true');
    const overrides = { ...request.overrides, executionRoleArn: arn };
    const { tasks } = await clientsFor(cloud).ecs.send(new RunTaskCommand({ ...request, overrides }));
    expect((await ended(tasks![0]!.taskArn!)).stoppedReason).toMatch(
      /^CannotPullECRContainerError: .*ecr:GetAuthorizationToken/,
    );
  });

  it('cannot start a program that is not there', async () => {
    const { ecs } = clientsFor(cloud);
    const overrides = { containerOverrides: [{ name: 'runner', command: ['no-such-program'] }] };
    const { tasks } = await ecs.send(new RunTaskCommand({ ...runOf(cloud, ''), overrides }));
    const task = await ended(tasks![0]!.taskArn!);
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(/^CannotStartContainerError: .*"no-such-program": executable file not found/);
  });

  it('needs its log group', async () => {
    await withRunner({
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/none', 'awslogs-region': 'x', 'awslogs-stream-prefix': 'task' },
      },
    });
    expect((await ended(await start('true'))).stoppedReason).toMatch(
      /^ResourceInitializationError: .*The specified log group does not exist/,
    );
  });
});

describe('StopTask', () => {
  it('ends a task that has not started', async () => {
    cloud.knobs.coldStart = 60_000;
    const arn = await start('true');
    const { task } = await stop(arn, 'because');
    expect(task).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'because' });
    const { containers, lastStatus } = await ended(arn);
    expect(lastStatus).toBe('STOPPED');
    expect(containers!.map(({ exitCode }) => exitCode)).toEqual([undefined, undefined]);
  });

  it('ends the sidecar, and the runner never starts', async () => {
    const arn = await start('echo never', 'trap "exit 9" TERM; echo up; while :; do sleep 0.02; done');
    await eventually(output).toEqual(['up']);
    expect((await inspect(arn)).lastStatus).toBe('PENDING');
    await stop(arn);
    const task = await ended(arn);
    expect(task.stopCode).toBe('UserInitiated');
    expect(task.containers!.map(({ exitCode }) => exitCode)).toEqual([9, undefined]);
  });

  it('lets a command end by itself on SIGTERM', async () => {
    const arn = await start('trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.02; done');
    await eventually(output).toEqual(['up']);
    await stop(arn);
    expect((await ended(arn)).containers![1]!.exitCode).toBe(3);
    expect(await output()).toEqual(['up', 'bye']);
  });

  it('kills a command that ignores it, and everything that it has started', async () => {
    cloud.knobs.maximumStopTimeout = 100;
    const arn = await start('trap "" TERM; (trap "" TERM; echo child; while :; do sleep 63.25; done) & wait; sleep 60');
    await eventually(output).toEqual(['child']);
    expect(await livingWith('63.25')).toHaveLength(1);
    await stop(arn);
    expect((await ended(arn)).containers![1]!.exitCode).toBe(137);
    expect(await livingWith('63.25')).toEqual([]);
  });

  it('reaches a command without a handler only behind an init', async () => {
    cloud.knobs.maximumStopTimeout = 10_000;
    await withRunner({ linuxParameters: { initProcessEnabled: true } });
    const arn = await start('echo up; exec sleep 60');
    await eventually(output).toEqual(['up']);
    await stop(arn);
    expect((await ended(arn)).containers![1]!.exitCode).toBe(143);
  });

  it('is no error twice, or after the end; it is for a stranger', async () => {
    const arn = await start('true');
    await ended(arn);
    const { task } = await stop(arn);
    expect(task!.stopCode).toBe('EssentialContainerExited');
    expect(await refused(stop('f'.repeat(32)))).toBe('InvalidParameterException: The referenced task was not found.');
  });
});

describe('what befalls a task', () => {
  it('is killed for its own memory', async () => {
    await withRunner({ memory: 40 });
    const { containers } = await ended(await start('head -c 300m /dev/zero | tail'));
    expect(containers![1]).toMatchObject({ exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) });
  });

  it('is killed for memory because the test says so', async () => {
    const arn = await start('echo up; sleep 60');
    await eventually(output).toEqual(['up']);
    cloud.killForMemory(arn);
    expect((await ended(arn)).containers![1]).toMatchObject({
      exitCode: 137,
      reason: expect.stringMatching(/^OutOfMemoryError/),
    });
  });

  it('loses its Spot machine', async () => {
    cloud.knobs.spotInterruption = 1;
    cloud.knobs.maximumStopTimeout = 100;
    const { ecs } = clientsFor(cloud);
    const { launchType: _none, ...request } = runOf(cloud, 'sleep 60');
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    const { tasks } = await ecs.send(new RunTaskCommand({ ...request, capacityProviderStrategy: strategy }));
    expect(await ended(tasks![0]!.taskArn!)).toMatchObject({
      capacityProviderName: 'FARGATE_SPOT',
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
    });
  });
});

describe('a container', () => {
  it('has the environment of image, definition and overrides, in this order', async () => {
    cloud.knobs.images['tool:1'] = { environment: { A: 'image', B: 'image', C: 'image' } };
    await withRunner({
      image: 'tool:1',
      environment: [
        { name: 'B', value: 'definition' },
        { name: 'C', value: 'definition' },
      ],
    });
    const request = runOf(cloud, 'echo "$A $B $C $AWS_EXECUTION_ENV"');
    request.overrides.containerOverrides[1] = {
      ...request.overrides.containerOverrides[1]!,
      ...{ environment: [{ name: 'C', value: 'override' }] },
    };
    await clientsFor(cloud).ecs.send(new RunTaskCommand(request));
    await cloud.settled();
    expect(await output()).toEqual(['image definition override AWS_ECS_FARGATE']);
  });

  it('passes the command to the entry point of its image, unless the definition has its own', async () => {
    cloud.knobs.images['tool:1'] = { entrypoint: ['/bin/echo', 'tool'], command: ['help'] };
    await withRunner({ image: 'tool:1' });
    await start('ls');
    await cloud.settled();
    expect(await output()).toEqual(['tool /bin/sh -c ls']);
    await withRunner({ image: 'tool:1', entryPoint: ['/bin/sh', '-c'], command: ['echo own'] });
    const { ecs } = clientsFor(cloud);
    await ecs.send(new RunTaskCommand({ ...runOf(cloud, ''), overrides: {} }));
    await cloud.settled();
    expect((await output()).sort()).toEqual(['own', 'placeholder', 'tool /bin/sh -c ls']);
  });

  it("finds its role's credentials and endpoint, and may do what the role may", async () => {
    const { ssm } = clientsFor(cloud, 'administrator');
    await ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/one', Value: 'revealed', Type: 'SecureString' }));
    // The CLI of upstream's sidecar image, were there one.
    const line =
      'apk add -q aws-cli; aws ssm get-parameter --with-decryption --name /runvoy/secrets/one --query Parameter.Value --output text; echo $?';
    const request = runOf(cloud, `{ ${line}; } 2>&1 | sed "s/:.*//; /^$/d"`);
    const arn = cloud.addRole('reader', [
      { actions: ['ssm:GetParameter'], resources: ['arn:aws:ssm:*:*:parameter/runvoy/secrets/*'], reason: 'test' },
    ]);
    for (const overrides of [request.overrides, { ...request.overrides, taskRoleArn: arn }]) {
      await clientsFor(cloud).ecs.send(new RunTaskCommand({ ...request, overrides }));
      await cloud.settled();
    }
    expect(await output()).toEqual([
      'An error occurred (AccessDeniedException) when calling the GetParameter operation',
      '254',
      'revealed',
      '0',
    ]);
  });

  it('gets secrets of its definition by the execution role, which needs the right to', async () => {
    const { ssm } = clientsFor(cloud, 'administrator');
    await ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/two', Value: 'hidden', Type: 'SecureString' }));
    await withRunner({ secrets: [{ name: 'TWO', valueFrom: '/runvoy/secrets/two' }] });
    expect((await ended(await start('echo $TWO'))).stoppedReason).toMatch(
      /^ResourceInitializationError: .*AccessDeniedException.*ssm:GetParameters/,
    );
    const arn = cloud.addRole('reader', [
      { actions: ['ssm:GetParameters', 'logs:*'], resources: ['*'], reason: 'test' },
    ]);
    const { ecs } = clientsFor(cloud);
    const request = runOf(cloud, 'echo $TWO');
    await ecs.send(new RunTaskCommand({ ...request, overrides: { ...request.overrides, executionRoleArn: arn } }));
    await cloud.settled();
    expect(await output()).toEqual(['hidden']);
  });
});

it('runs without namespaces, too', async () => {
  const plain = await startSimulator({ seed: 2, isolation: 'process-group' });
  expect(plain.isolation).toBe('process-group');
  const { ecs, logs } = clientsFor(plain);
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(plain)));
  const request = runOf(plain, 'cat note; exit 4');
  Object.assign(request.overrides.containerOverrides[0]!, {
    command: ['/bin/sh', '-c', 'echo shared > "$FOLDER/note"'],
    environment: [{ name: 'FOLDER', value: '/workspace' }],
  });
  const { tasks } = await ecs.send(new RunTaskCommand(request));
  await plain.settled();
  const command = new DescribeTasksCommand({ cluster: plain.names.cluster, tasks: [tasks![0]!.taskArn!] });
  expect((await ecs.send(command)).tasks![0]!.containers!.map(({ exitCode }) => exitCode)).toEqual([0, 4]);
  const { events: lines } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: plain.names.logGroups.runner, logStreamNamePrefix: 'task/runner' }),
  );
  expect(lines!.map(({ message }) => message)).toContain('shared');
  await plain.close();
});

it('ends every process when it is closed', async () => {
  const world = await cloud.deploy();
  await clientsFor(world).ecs.send(new RegisterTaskDefinitionCommand(definitionOf(world)));
  await clientsFor(world).ecs.send(new RunTaskCommand(runOf(world, 'sleep 64.25')));
  await eventually(() => livingWith('64.25')).toHaveLength(1);
  await world.close();
  await eventually(() => livingWith('64.25')).toEqual([]);
  const lines = new FilterLogEventsCommand({ logGroupName: world.names.logGroups.runner });
  await expect(clientsFor(world).logs.send(lines)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
});
