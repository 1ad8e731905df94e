import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { findMoto, type Moto, startMoto } from './moto.ts';

const program = findMoto();
if (program === undefined)
  process.stderr.write(
    'SKIPPED: moto_server is not installed; the simulator has no independent judge. pip install "moto[server]"\n',
  );

interface Clients {
  ssm: SSMClient;
  logs: CloudWatchLogsClient;
  iam: IAMClient;
  sts: STSClient;
}

function clientsOf(endpoint: string, accessKeyId: string, secretAccessKey: string): Clients {
  const options = { endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
  return {
    ssm: new SSMClient(options),
    logs: new CloudWatchLogsClient(options),
    iam: new IAMClient(options),
    sts: new STSClient(options),
  };
}

const now = Date.now();
const Type = 'SecureString' as const;
const parameter = { ResourceType: 'Parameter' as const, ResourceId: '/runvoy/secrets/a' };
const stream = { logGroupName: '/judged', logStreamName: 'task/runner/1' };
const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_none, at) => ({ message: `line ${from + at}`, timestamp: now - 1000 + from + at }));

/** Done to both, in this order. */
const steps: [string, (clients: Clients) => Promise<object>][] = [
  ['a parameter', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/a', Value: 'one', Type }))],
  ['the same again', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/a', Value: 'two', Type }))],
  [
    'over it',
    ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/a', Value: 'two', Type, Overwrite: true })),
  ],
  [
    'another',
    ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/b', Value: 'b', Type: 'String' })),
  ],
  ['an empty value', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/c', Value: '', Type }))],
  ['a name with a space', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/a b', Value: 'v', Type }))],
  ['no leading slash', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: 'runvoy/a', Value: 'v', Type }))],
  ['a reserved name', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/aws/a', Value: 'v', Type }))],
  ['another reserved name', ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/ssm/a', Value: 'v', Type }))],
  [
    'too much',
    ({ ssm }) => ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/c', Value: 'x'.repeat(4097), Type })),
  ],
  [
    'as much as the advanced tier takes',
    ({ ssm }) =>
      ssm.send(new PutParameterCommand({ Name: '/runvoy/secrets/d', Value: 'x'.repeat(8192), Type, Tier: 'Advanced' })),
  ],
  ['read', ({ ssm }) => ssm.send(new GetParameterCommand({ Name: '/runvoy/secrets/a', WithDecryption: true }))],
  [
    'its version',
    ({ ssm }) => ssm.send(new GetParameterCommand({ Name: '/runvoy/secrets/a:1', WithDecryption: true })),
  ],
  ['no such version', ({ ssm }) => ssm.send(new GetParameterCommand({ Name: '/runvoy/secrets/a:9' }))],
  ['none', ({ ssm }) => ssm.send(new GetParameterCommand({ Name: '/runvoy/secrets/none' }))],
  [
    'several',
    ({ ssm }) =>
      ssm.send(
        new GetParametersCommand({
          Names: ['/runvoy/secrets/a', '/runvoy/secrets/none', '/runvoy/secrets/b'],
          WithDecryption: true,
        }),
      ),
  ],
  [
    'by path',
    ({ ssm }) => ssm.send(new GetParametersByPathCommand({ Path: '/runvoy', Recursive: true, WithDecryption: true })),
  ],
  [
    'described',
    ({ ssm }) =>
      ssm.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: ['/runvoy/secrets'] }],
        }),
      ),
  ],
  [
    'described by an unknown key',
    ({ ssm }) => ssm.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: 'X', Values: ['x'] }] })),
  ],
  [
    'tagged',
    ({ ssm }) =>
      ssm.send(new AddTagsToResourceCommand({ ...parameter, Tags: [{ Key: 'Application', Value: 'runvoy' }] })),
  ],
  ['its tags', ({ ssm }) => ssm.send(new ListTagsForResourceCommand(parameter))],
  ['untagged', ({ ssm }) => ssm.send(new RemoveTagsFromResourceCommand({ ...parameter, TagKeys: ['Application'] }))],
  ['no tags', ({ ssm }) => ssm.send(new ListTagsForResourceCommand(parameter))],
  [
    'tags of nothing',
    ({ ssm }) => ssm.send(new ListTagsForResourceCommand({ ...parameter, ResourceId: '/runvoy/secrets/none' })),
  ],
  ['deleted', ({ ssm }) => ssm.send(new DeleteParameterCommand({ Name: '/runvoy/secrets/a' }))],
  ['deleted again', ({ ssm }) => ssm.send(new DeleteParameterCommand({ Name: '/runvoy/secrets/a' }))],
  [
    'several deleted',
    ({ ssm }) => ssm.send(new DeleteParametersCommand({ Names: ['/runvoy/secrets/b', '/runvoy/secrets/none'] })),
  ],
  ['a group', ({ logs }) => logs.send(new CreateLogGroupCommand({ logGroupName: '/judged' }))],
  ['the group again', ({ logs }) => logs.send(new CreateLogGroupCommand({ logGroupName: '/judged' }))],
  [
    'its retention',
    ({ logs }) => logs.send(new PutRetentionPolicyCommand({ logGroupName: '/judged', retentionInDays: 7 })),
  ],
  ['groups', ({ logs }) => logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/judged' }))],
  ['events without a stream', ({ logs }) => logs.send(new PutLogEventsCommand({ ...stream, logEvents: lines(1) }))],
  ['a stream', ({ logs }) => logs.send(new CreateLogStreamCommand(stream))],
  ['the stream again', ({ logs }) => logs.send(new CreateLogStreamCommand(stream))],
  ['events', ({ logs }) => logs.send(new PutLogEventsCommand({ ...stream, logEvents: lines(20) }))],
  [
    'events that are too old',
    ({ logs }) =>
      logs.send(
        new PutLogEventsCommand({ ...stream, logEvents: [{ message: 'old', timestamp: now - 15 * 86_400_000 }] }),
      ),
  ],
  [
    'events in JSON',
    ({ logs }) =>
      logs.send(
        new PutLogEventsCommand({ ...stream, logEvents: [{ message: '{"request_id":"r1"}', timestamp: now }] }),
      ),
  ],
  [
    'streams',
    ({ logs }) => logs.send(new DescribeLogStreamsCommand({ logGroupName: '/judged', logStreamNamePrefix: 'task/' })),
  ],
  ['streams of no group', ({ logs }) => logs.send(new DescribeLogStreamsCommand({ logGroupName: '/none' }))],
  ['all events', ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: '/judged' }))],
  [
    'events of a stream',
    ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: '/judged', logStreamNames: ['task/runner/1'] })),
  ],
  [
    'events between',
    ({ logs }) =>
      logs.send(new FilterLogEventsCommand({ logGroupName: '/judged', startTime: now - 995, endTime: now - 990 })),
  ],
  [
    'events with a word',
    ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: '/judged', filterPattern: 'request_id' })),
  ],
  ['events of no group', ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: '/none' }))],
  [
    'events from the head',
    ({ logs }) => logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true, limit: 5 })),
  ],
  ['a role', ({ iam }) => iam.send(new GetRoleCommand({ RoleName: 'judged' }))],
  ['no role', ({ iam }) => iam.send(new GetRoleCommand({ RoleName: 'none' }))],
  ['who', ({ sts }) => sts.send(new GetCallerIdentityCommand({}))],
];

/** What differs, and why the simulator is right. */
const differences: Record<string, string> = {
  'a name with a space': 'moto does not check the characters of a name',
  'no leading slash': 'moto does not ask for a fully qualified name',
  'too much': 'moto knows no limit on values',
  'by path': 'moto has the parameters that it should have refused',
  described: 'moto has those, too, and no ARN, which ParameterMetadata has had since 2024',
  'events that are too old': 'the index is exclusive (RejectedLogEventsInfo in the API reference): one event is 1',
};

/** The answer or the refusal, without what is another's by nature: ids, times, accounts. */
async function outcome(step: (clients: Clients) => Promise<object>, clients: Clients): Promise<unknown> {
  try {
    const { $metadata: _about, ...answer } = (await step(clients)) as { $metadata: object };
    return plain(answer);
  } catch (error) {
    return { refused: (error as Error).name };
  }
}

const varying =
  /^(LastModifiedUser|KeyId|next\w*Token|nextSequenceToken|eventId|ingestionTime|lastIngestionTime|uploadSequenceToken|storedBytes|searchedLogStreams|RoleId|UserId|Account|Arn|AssumeRolePolicyDocument|creationTime|logGroupClass|logGroupArn|Policies|metricFilterCount|Description|Tags|RoleLastUsed)$/;

const nameOf = (value: unknown): string => (value as { Name?: string } | null)?.Name ?? '';

function plain(value: unknown): unknown {
  if (value instanceof Date) return 'time';
  // Parameters come in no promised order.
  if (Array.isArray(value)) return value.map(plain).sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  if (typeof value === 'string') return value.replace(/\d{12}/g, 'account');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, member]) => !varying.test(name) && member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, plain(member)]));
}

describe.skipIf(program === undefined)('moto_server answers as the simulator does', () => {
  let moto: Moto;
  let cloud: SimulatedCloud;
  let theirs: Clients;
  let ours: Clients;

  beforeAll(async () => {
    [moto, cloud] = await Promise.all([startMoto(program!), startSimulator({ seed: 20 })]);
    const env = cloud.envOf('administrator');
    ours = clientsOf(cloud.env.AWS_ENDPOINT_URL!, env.AWS_ACCESS_KEY_ID!, env.AWS_SECRET_ACCESS_KEY!);
    theirs = clientsOf(moto.url, 'AKIAJUDGE', 'secret');
    cloud.addRole('judged');
    await theirs.iam.send(new CreateRoleCommand({ RoleName: 'judged', AssumeRolePolicyDocument: '{}' }));
  });
  afterAll(async () => {
    await moto?.stop();
    await cloud?.close();
  });

  it.each(steps)('%s', async (name, step) => {
    const [mine, judged] = [await outcome(step, ours), await outcome(step, theirs)];
    if (differences[name] === undefined) expect(mine).toEqual(judged);
    else expect(mine, `no longer different: ${differences[name]}`).not.toEqual(judged);
  });
});
