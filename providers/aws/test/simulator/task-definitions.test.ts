import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf } from './clients.ts';
import { refused } from './refused.ts';

let cloud: SimulatedCloud;
beforeAll(async () => {
  cloud = await startSimulator({ seed: 2 });
});
afterAll(() => cloud.close());

const register = (more: Partial<RegisterTaskDefinitionCommandInput> = {}) =>
  clientsFor(cloud).ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud, more)));

describe('RegisterTaskDefinition', () => {
  it('counts revisions, and keeps what it is given', async () => {
    const first = await register({ family: 'runvoy-counted' });
    const second = await register({ family: 'runvoy-counted', tags: [{ key: 'Application', value: 'runvoy' }] });
    expect(first.taskDefinition).toMatchObject({ revision: 1, status: 'ACTIVE', cpu: '256' });
    expect(second.taskDefinition!.taskDefinitionArn).toMatch(/:task-definition\/runvoy-counted:2$/);
    expect(second.taskDefinition!.registeredAt).toBeInstanceOf(Date);
    const { taskDefinition, tags } = await clientsFor(cloud).ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'runvoy-counted', include: ['TAGS'] }),
    );
    expect(taskDefinition!.revision).toBe(2);
    expect(taskDefinition!.containerDefinitions![1]!.dependsOn).toEqual([
      { containerName: 'sidecar', condition: 'SUCCESS' },
    ]);
    expect(tags).toEqual([{ key: 'Application', value: 'runvoy' }]);
  });

  it.each([
    ['256', '512'],
    ['.25 vCPU', '0.5 GB'],
    ['4096', '30720'],
    ['16384', '122880'],
  ])('knows %s CPU with %s', async (cpu, memory) => {
    await expect(register({ cpu, memory, family: 'runvoy-sizes' })).resolves.toBeDefined();
  });

  it.each<[string, Partial<RegisterTaskDefinitionCommandInput>, RegExp]>([
    [
      'a size that Fargate lacks',
      { cpu: '300', memory: '512' },
      /No Fargate configuration exists for given values: 300 CPU/,
    ],
    ['a pair that Fargate lacks', { cpu: '256', memory: '4096' }, /No Fargate configuration exists/],
    ['no size', { cpu: undefined }, /Fargate requires that 'cpu' be defined at the task level/],
    ['another network mode', { networkMode: 'bridge' }, /network mode/],
    ['no execution role', { executionRoleArn: undefined }, /execution role ARN to support log driver awslogs/],
    ['a family with a dot', { family: 'runvoy.alpine' }, /Family contains invalid characters/],
    ['no container', { containerDefinitions: [] }, /Container list cannot be empty/],
    ['too little disk', { ephemeralStorage: { sizeInGiB: 5 } }, /ephemeral storage/],
    ['a tag of AWS', { tags: [{ key: 'aws:x', value: '1' }] }, /Invalid tag key/],
    [
      'nothing essential',
      { containerDefinitions: [{ name: 'one', image: 'alpine', essential: false }] },
      /At least one container must be essential/,
    ],
    [
      'an unknown dependency',
      {
        containerDefinitions: [
          { name: 'one', image: 'alpine', dependsOn: [{ containerName: 'two', condition: 'SUCCESS' }] },
        ],
      },
      /depends on a container that does not exist/,
    ],
    [
      'to wait for the end of an essential container',
      {
        containerDefinitions: [
          { name: 'one', image: 'alpine' },
          { name: 'two', image: 'alpine', dependsOn: [{ containerName: 'one', condition: 'SUCCESS' }] },
        ],
      },
      /can't be set on an essential container/,
    ],
    [
      'a cycle',
      {
        containerDefinitions: [
          { name: 'one', image: 'alpine', dependsOn: [{ containerName: 'two', condition: 'START' }] },
          { name: 'two', image: 'alpine', dependsOn: [{ containerName: 'one', condition: 'START' }] },
        ],
      },
      /cycle/,
    ],
    [
      'more memory than the task has',
      { containerDefinitions: [{ name: 'one', image: 'alpine', memory: 513 }] },
      /more than the task's 512 MiB/,
    ],
    [
      'an unknown volume',
      {
        containerDefinitions: [
          { name: 'one', image: 'alpine', mountPoints: [{ sourceVolume: 'x', containerPath: '/x' }] },
        ],
      },
      /Unknown volume/,
    ],
    [
      'a privileged container',
      { containerDefinitions: [{ name: 'one', image: 'alpine', privileged: true }] },
      /privileged/,
    ],
    ['too long a stop', { containerDefinitions: [{ name: 'one', image: 'alpine', stopTimeout: 121 }] }, /stop timeout/],
  ])('refuses %s', async (_what, more, message) => {
    const told = await refused(register(more));
    expect(told).toMatch(/^(ClientException|InvalidParameterException): /);
    expect(told).toMatch(message);
  });
});

it('lists pages of a family, deregisters and deletes', async () => {
  const { ecs } = clientsFor(cloud);
  for (let revision = 0; revision < 3; revision++) await register({ family: 'runvoy-old' });
  const first = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'runvoy-old', maxResults: 2 }));
  expect(first.taskDefinitionArns).toHaveLength(2);
  const rest = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: 'runvoy-old', maxResults: 2, nextToken: first.nextToken }),
  );
  expect(rest.nextToken).toBeUndefined();
  const [arn] = rest.taskDefinitionArns!;
  expect(arn).toMatch(/runvoy-old:3$/);

  const early = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn!] }));
  expect(early.failures![0]!.reason).toMatch(/still in ACTIVE status/);
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn! }));
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'runvoy-old' }));
  expect(taskDefinition!.revision).toBe(2);
  const { taskDefinitions } = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn!] }));
  expect(taskDefinitions![0]!.status).toBe('DELETE_IN_PROGRESS');
  expect(await refused(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'runvoy-never' })))).toMatch(
    /^ClientException: Unable to describe/,
  );
  expect(await refused(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'runvoy-old' })))).toMatch(
    /Invalid revision number/,
  );
});

it('tags and untags', async () => {
  const { ecs } = clientsFor(cloud);
  const { taskDefinition } = await register({ family: 'runvoy-tagged' });
  const resourceArn = taskDefinition!.taskDefinitionArn!;
  await ecs.send(
    new TagResourceCommand({
      resourceArn,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    }),
  );
  await ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'a', value: '3' }] }));
  await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['b'] }));
  expect((await ecs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ key: 'a', value: '3' }]);
});
