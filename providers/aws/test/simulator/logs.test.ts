import { gunzipSync } from 'node:zlib';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';
import { refused } from './refused.ts';

interface Batch {
  messageType: string;
  owner: string;
  logGroup: string;
  logStream: string;
  subscriptionFilters: string[];
  logEvents: { id: string; timestamp: number; message: string }[];
}

let cloud: SimulatedCloud;
let batches: Batch[];
let group: string;

beforeEach(async () => {
  cloud = await startSimulator({ seed: 8 });
  group = cloud.names.logGroups.runner;
  batches = [];
  await cloud.connect({
    processor: ({ awslogs }: { awslogs?: { data: string } }) =>
      void (awslogs && batches.push(JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString()))),
  });
});
afterEach(() => cloud.close());

const logs = () => clientsFor(cloud, 'administrator').logs;

async function write(stream: string, messages: readonly string[], time = Date.now()) {
  await logs()
    .send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }))
    .catch(() => {});
  const logEvents = messages.map((message) => ({ message, timestamp: time }));
  return logs().send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
}

async function run(script: string) {
  const { ecs } = clientsFor(cloud);
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud)));
  const { tasks } = await ecs.send(new RunTaskCommand(runOf(cloud, script)));
  await cloud.settled();
  return tasks![0]!.taskArn!.split('/').at(-1)!;
}

describe('what a task prints', () => {
  it('is in the stream of its container, and reaches the subscription with the same ids', async () => {
    const id = await run('printf "one\\n\\n{\\"a\\":1}\\n\\033[31mred\\033[0m\\r\\nlast"');
    const { events } = await logs().send(new FilterLogEventsCommand({ logGroupName: group }));
    // The empty line is gone: the log driver cannot send it.
    expect(events!.map(({ message }) => message)).toEqual(['one', '{"a":1}', '\u001b[31mred\u001b[0m\r', 'last']);
    expect(new Set(events!.map(({ logStreamName }) => logStreamName))).toEqual(new Set([`task/runner/${id}`]));
    for (const { eventId } of events!) expect(eventId).toMatch(/^\d{56}$/);
    const delivered = batches.flatMap(({ logEvents }) => logEvents);
    expect(delivered.map(({ id: eventId }) => eventId)).toEqual(events!.map(({ eventId }) => eventId));
    expect(batches[0]).toMatchObject({
      messageType: 'DATA_MESSAGE',
      owner: cloud.names.account,
      logGroup: group,
      logStream: `task/runner/${id}`,
    });
  });

  it('may keep its empty lines where a test wants them', async () => {
    cloud.knobs.emptyLines = 'kept';
    await run('printf "a\\n\\nb\\n"');
    expect(batches.flatMap(({ logEvents }) => logEvents.map(({ message }) => message))).toEqual(['a', '', 'b']);
  });

  it('is cut where a line is longer than an event may be', async () => {
    await run('head -c 300000 /dev/zero | tr "\\0" x');
    const lengths = batches.flatMap(({ logEvents }) => logEvents.map(({ message }) => message.length));
    expect(lengths).toEqual([256 * 1024 - 26, 300_000 - (256 * 1024 - 26)]);
  });
});

describe('PutLogEvents', () => {
  it.each<[string, { message: string; timestamp: number }[], RegExp]>([
    ['nothing', [], /^InvalidParameterException/],
    ['an empty message', [{ message: '', timestamp: Date.now() }], /length greater than or equal to 1/],
    [
      'a wrong order',
      [
        { message: 'a', timestamp: Date.now() },
        { message: 'b', timestamp: Date.now() - 1000 },
      ],
      /chronological order/,
    ],
    [
      'more than a day',
      [
        { message: 'a', timestamp: Date.now() - 25 * 3600_000 },
        { message: 'b', timestamp: Date.now() },
      ],
      /24 hours/,
    ],
    [
      'more than 1 MiB',
      Array.from({ length: 5 }, () => ({ message: 'x'.repeat(250_000), timestamp: Date.now() })),
      /too large/,
    ],
  ])('refuses %s', async (_what, logEvents, message) => {
    await write('s', ['first']);
    const call = logs().send(new PutLogEventsCommand({ logGroupName: group, logStreamName: 's', logEvents }));
    expect(await refused(call)).toMatch(message);
  });

  it('leaves out what is too old or too new, and says so', async () => {
    expect(await write('s', ['old'], Date.now() - 15 * 24 * 3600_000)).toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 },
    });
    expect(await write('s', ['new'], Date.now() + 3 * 3600_000)).toMatchObject({
      rejectedLogEventsInfo: { tooNewLogEventStartIndex: 0 },
    });
    const { events } = await logs().send(new FilterLogEventsCommand({ logGroupName: group }));
    expect(events).toEqual([]);
  });

  it('needs a group and a stream', async () => {
    const logEvents = [{ message: 'a', timestamp: Date.now() }];
    const none = new PutLogEventsCommand({ logGroupName: '/none', logStreamName: 's', logEvents });
    expect(await refused(logs().send(none))).toBe('ResourceNotFoundException: The specified log group does not exist.');
    const noStream = new PutLogEventsCommand({ logGroupName: group, logStreamName: 'none', logEvents });
    expect(await refused(logs().send(noStream))).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
  });
});

describe('FilterLogEvents', () => {
  it('pages by number', async () => {
    await write(
      's',
      Array.from({ length: 25 }, (_none, at) => `line ${at}`),
    );
    const messages: string[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const answer = await logs().send(new FilterLogEventsCommand({ logGroupName: group, limit: 10, nextToken }));
      messages.push(...answer.events!.map(({ message }) => message!));
      nextToken = answer.nextToken;
      pages++;
    } while (nextToken !== undefined);
    expect(messages).toEqual(Array.from({ length: 25 }, (_none, at) => `line ${at}`));
    expect(pages).toBe(3);
  });

  it('pages by size', async () => {
    for (let n = 0; n < 3; n++) await write('s', [String(n).repeat(200_000), String(n).repeat(200_000)]);
    const answer = await logs().send(new FilterLogEventsCommand({ logGroupName: group }));
    expect(answer.events).toHaveLength(5);
    expect(answer.nextToken).toBeDefined();
  });

  it('finds JSON by a member, and text by its words', async () => {
    const line = (id: string) => JSON.stringify({ level: 'INFO', request_id: id, context: { status: 200 } });
    await write('s', [line('r1'), line('r2'), 'r1 is no JSON']);
    const find = async (filterPattern: string) =>
      (await logs().send(new FilterLogEventsCommand({ logGroupName: group, filterPattern }))).events!.length;
    expect(await find('{ $.request_id = "r1" }')).toBe(1);
    expect(await find('{ $.request_id = "r1" && $.context.status = 200 }')).toBe(1);
    expect(await find('{ $.request_id != "r1" }')).toBe(1);
    expect(await find('{ $.missing = "x" }')).toBe(0);
    expect(await find('"is no"')).toBe(1);
    expect(await find('')).toBe(3);
    for (const pattern of ['{ $.a', '{ $.a IS TRUE }', '[a, b]'])
      expect(await refused(find(pattern))).toMatch(/^InvalidParameterException: Invalid filter pattern/);
  });

  it('sees a line late when told so, though the subscription has it', async () => {
    let ahead = 0;
    const other = await startSimulator({ seed: 9, now: () => Date.now() + ahead, knobs: { logIngestion: 60_000 } });
    const { logs: client } = clientsFor(other);
    other.log('orchestrator', '{"request_id":"r"}');
    const find = new FilterLogEventsCommand({ logGroupName: other.names.logGroups.orchestrator });
    expect((await client.send(find)).events).toEqual([]);
    ahead = 60_001;
    expect((await client.send(find)).events).toHaveLength(1);
    await other.close();
  });

  it('takes only streams that are there', async () => {
    await write('a', ['from a']);
    await write('b', ['from b']);
    const of = async (more: object) =>
      (await logs().send(new FilterLogEventsCommand({ logGroupName: group, ...more }))).events!.map(
        ({ message }) => message,
      );
    expect(await of({ logStreamNames: ['a'] })).toEqual(['from a']);
    expect(await of({ logStreamNamePrefix: 'b' })).toEqual(['from b']);
    expect(await refused(of({ logStreamNames: ['none'] }))).toMatch(/^ResourceNotFoundException/);
    expect(await refused(of({ logStreamNames: ['a'], logStreamNamePrefix: 'b' }))).toMatch(
      /^InvalidParameterException/,
    );
  });
});

it('describes groups and streams', async () => {
  await write('task/runner/1', ['x']);
  await write('task/runner/2', ['x']);
  const { logStreams } = await logs().send(
    new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: 'task/runner/' }),
  );
  expect(logStreams!.map(({ logStreamName }) => logStreamName)).toEqual(['task/runner/1', 'task/runner/2']);
  const { logGroups } = await logs().send(new DescribeLogGroupsCommand({}));
  expect(logGroups!.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays])).toEqual([
    ['/aws/ecs/runvoy/runner', 365],
    ['/aws/lambda/runvoy-event-processor', 365],
    ['/aws/lambda/runvoy-orchestrator', 365],
  ]);
  expect(await refused(logs().send(new CreateLogGroupCommand({ logGroupName: group })))).toMatch(
    /^ResourceAlreadyExistsException/,
  );
  const { events, nextForwardToken } = await logs().send(
    new GetLogEventsCommand({ logGroupName: group, logStreamName: 'task/runner/1', startFromHead: true }),
  );
  expect(events).toHaveLength(1);
  const again = await logs().send(
    new GetLogEventsCommand({ logGroupName: group, logStreamName: 'task/runner/1', nextToken: nextForwardToken }),
  );
  expect(again).toMatchObject({ events: [], nextForwardToken });
});

it('subscribes functions that exist, two a group', async () => {
  const { subscriptionFilters } = await logs().send(new DescribeSubscriptionFiltersCommand({ logGroupName: group }));
  const { destinationArn } = subscriptionFilters![0]!;
  const subscribe = (filterName: string, arn = destinationArn, filterPattern = '') =>
    logs().send(
      new PutSubscriptionFilterCommand({ logGroupName: group, filterName, filterPattern, destinationArn: arn }),
    );
  expect(await refused(subscribe('x', 'arn:aws:lambda:eu-west-1:1:function:none'))).toMatch(
    /^InvalidParameterException/,
  );
  await subscribe('errors', destinationArn, '"ERROR"');
  expect(await refused(subscribe('third'))).toMatch(/^LimitExceededException/);
  await write('s', ['fine', 'an ERROR']);
  await cloud.settled();
  expect(batches.map(({ subscriptionFilters: [name], logEvents }) => [name, logEvents.length])).toEqual([
    ['runvoy-logs-to-event-processor', 2],
    ['errors', 1],
  ]);
});
