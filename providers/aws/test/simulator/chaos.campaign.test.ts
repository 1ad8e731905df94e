import { gunzipSync } from 'node:zlib';
import { type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

interface SentEvent {
  detail?: { taskArn: string; lastStatus: string };
  awslogs?: { data: string };
}

/** A caller that repeats what may have failed, with the same token, until it has an answer. */
async function persistently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { name, code, $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
      if (code !== 'ECONNRESET' && name !== 'ThrottlingException' && $metadata?.httpStatusCode !== 500) throw error;
    }
  }
}

it(`starts each task once and loses no line, whatever else goes wrong (SEED=${seed})`, async () => {
  const rough = { delay: 5, jitter: 100, duplicate: 0.3, reorder: 0.2, lose: 0 };
  const cloud = await startSimulator({
    seed,
    knobs: {
      coldStart: 30,
      events: { ...rough, lose: 0.2 },
      logs: rough,
      retryDelays: [1, 1],
      throttle: { '*': { probability: 0.1 } },
      faults: { 'ecs:*': { probability: 0.2, kind: 'lost-answer' }, 'logs:*': { probability: 0.2, kind: 'hang-up' } },
      latency: { 'ecs:RunTask': 5 },
    },
  });
  const lines = new Map<string, string>();
  const states: string[] = [];
  let failures = 0;
  await cloud.connect({
    processor: ({ detail, awslogs }: SentEvent, { awsRequestId }) => {
      // By chance, but of the simulator's: a fifth of the first attempts fail.
      if (awsRequestId.startsWith('0') || awsRequestId.startsWith('1')) {
        failures++;
        throw new Error('broken');
      }
      if (detail) states.push(detail.lastStatus);
      if (!awslogs) return;
      const batch = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString());
      for (const { id, message } of batch.logEvents) lines.set(id, message);
    },
  });
  const { ecs, logs } = clientsFor(cloud);
  await persistently(() => ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud))));
  const count = 60;
  const arns = await Promise.all(
    Array.from({ length: count }, async (_none, at) => {
      const request = {
        ...runOf(cloud, `for n in 1 2 3 4 5; do echo ${at}-$n; done; exit ${at}`),
        clientToken: `run-${at}`,
      };
      const { tasks } = await persistently(() => ecs.send(new RunTaskCommand(request)));
      return tasks![0]!.taskArn!;
    }),
  );
  await cloud.settled();

  expect(new Set(arns).size).toBe(count);
  const { cluster, logGroups } = cloud.names;
  const { tasks } = await persistently(() => ecs.send(new DescribeTasksCommand({ cluster, tasks: arns })));
  expect(tasks!.map(({ containers }) => containers![1]!.exitCode)).toEqual(arns.map((_arn, at) => at));
  const archive: FilteredLogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const command = new FilterLogEventsCommand({ logGroupName: logGroups.runner, limit: 50, nextToken });
    const page = await persistently(() => logs.send(command));
    archive.push(...page.events!);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const wanted = Array.from({ length: count }, (_none, at) => [1, 2, 3, 4, 5].map((n) => `${at}-${n}`)).flat();
  expect(archive.map(({ message }) => message).sort()).toEqual(wanted.sort());
  // What is not delivered was dropped after three attempts, and only that.
  const dropped = new Map<string, string>();
  for (const { awslogs } of cloud.dropped as SentEvent[]) {
    if (!awslogs) continue;
    const batch = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString());
    for (const { id, message } of batch.logEvents) dropped.set(id, message);
  }
  const missing = archive.filter(({ eventId }) => !lines.has(eventId!) && !dropped.has(eventId!));
  expect(missing).toEqual([]);
  expect(failures).toBeGreaterThan(0);
  expect(states.length).toBeGreaterThan(count);
  await cloud.close();
});
