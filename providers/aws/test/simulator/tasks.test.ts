import { gunzipSync } from 'node:zlib';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';

/** As far as the tests look at them. */
interface SentEvent {
  source?: string;
  detail?: { taskArn: string; lastStatus: string; desiredStatus: string };
  awslogs?: { data: string };
}

let cloud: SimulatedCloud;
const events: SentEvent[] = [];

beforeAll(async () => {
  cloud = await startSimulator({ seed: 1 });
  await cloud.connect({ processor: (event) => void events.push(event) });
  await clientsFor(cloud).ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud)));
});
afterAll(() => cloud.close());

describe('a task', () => {
  it('runs its sidecar, then its command, and tells', async () => {
    const { ecs, logs } = clientsFor(cloud);
    const { tasks } = await ecs.send(
      new RunTaskCommand(runOf(cloud, 'cat note; echo oops >&2; exit 7', 'echo hello > /workspace/note; echo made')),
    );
    const arn = tasks![0]!.taskArn!;
    await cloud.settled();
    const { tasks: described } = await ecs.send(
      new DescribeTasksCommand({ cluster: cloud.names.cluster, tasks: [arn] }),
    );
    const [task] = described!;
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
    expect(task!.containers!.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['sidecar', 0],
      ['runner', 7],
    ]);
    const { events: lines } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: cloud.names.logGroups.runner }),
    );
    expect(lines!.map(({ message }) => message).sort()).toEqual(['hello', 'made', 'oops']);
    // The second one says that it is to be stopped now.
    expect(
      events.filter((event) => event.source).map(({ detail }) => `${detail?.lastStatus} ${detail?.desiredStatus}`),
    ).toEqual(['RUNNING RUNNING', 'RUNNING STOPPED', 'STOPPED STOPPED']);
    const batches = events
      .filter(({ awslogs }) => awslogs)
      .map((event) => JSON.parse(gunzipSync(Buffer.from(event.awslogs!.data, 'base64')).toString()));
    expect(batches.flatMap((batch) => batch.logEvents.map((line: { message: string }) => line.message)).sort()).toEqual(
      ['hello', 'made', 'oops'],
    );
  });

  it('is stopped', async () => {
    const { ecs } = clientsFor(cloud);
    const { tasks } = await ecs.send(
      new RunTaskCommand(runOf(cloud, 'trap "exit 3" TERM; echo up; while :; do sleep 0.05; done')),
    );
    const task = tasks![0]!.taskArn!;
    await expect.poll(() => events.some((event) => event.detail?.taskArn === task)).toBe(true);
    await ecs.send(new StopTaskCommand({ cluster: cloud.names.cluster, task, reason: 'because' }));
    await cloud.settled();
    const { tasks: described } = await ecs.send(
      new DescribeTasksCommand({ cluster: cloud.names.cluster, tasks: [task] }),
    );
    expect(described![0]).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'because' });
    expect(described![0]!.containers![1]!.exitCode).toBe(3);
  });
});
