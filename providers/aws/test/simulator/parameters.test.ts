import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor } from './clients.ts';
import { refused } from './refused.ts';

let cloud: SimulatedCloud;
beforeAll(async () => {
  cloud = await startSimulator({ seed: 6 });
});
afterAll(() => cloud.close());

const ssm = () => clientsFor(cloud).ssm;
const put = (Name: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm().send(new PutParameterCommand({ Name, Value: 'value', Type: 'SecureString', ...more }));

describe('PutParameter', () => {
  it('keeps versions, and gives a SecureString only to whoever decrypts', async () => {
    const Name = '/runvoy/secrets/versions';
    const KeyId = cloud.env.RUNVOY_AWS_SECRETS_KMS_KEY_ARN!;
    expect(await put(Name, { KeyId })).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await put(Name, { KeyId, Value: 'ünïcode\n"\u{1F512}"', Overwrite: true })).toMatchObject({ Version: 2 });
    const read = async (name: string, WithDecryption: boolean) =>
      (await ssm().send(new GetParameterCommand({ Name: name, WithDecryption }))).Parameter!;
    expect(await read(Name, true)).toMatchObject({ Value: 'ünïcode\n"\u{1F512}"', Version: 2, Type: 'SecureString' });
    expect((await read(`${Name}:1`, true)).Value).toBe('value');
    expect((await read(Name, true)).ARN).toMatch(/:parameter\/runvoy\/secrets\/versions$/);
    expect((await read(Name, false)).Value).not.toContain('nïc');
    const { Parameters } = await ssm().send(new GetParameterHistoryCommand({ Name, WithDecryption: true }));
    expect(Parameters!.map(({ Value }) => Value)).toEqual(['value', 'ünïcode\n"\u{1F512}"']);
  });

  it.each<[string, string, Partial<PutParameterCommandInput>, RegExp]>([
    ['an empty value', '/runvoy/secrets/a', { Value: '' }, /^ValidationException: .*length greater than or equal to 1/],
    [
      'a nested parameter',
      '/runvoy/secrets/a',
      { Value: 'x {{ssm:y}}' },
      /^ValidationException: .*nest another parameter/,
    ],
    ['no type', '/runvoy/secrets/a', { Type: undefined }, /^ValidationException: A parameter type is required/],
    ['another type', '/runvoy/secrets/a', { Type: 'Secret' as 'String' }, /^ValidationException: .*enum value set/],
    ['a name with a space', '/runvoy/secrets/a b', {}, /^ValidationException: /],
    ['a path without a slash at its start', 'runvoy/secrets/a', {}, /^ValidationException: .*fully qualified/],
    ['a reserved name', '/aws/secrets/a', {}, /^AccessDeniedException: No access to reserved parameter name/],
    ['too deep a path', `/${'x/'.repeat(15)}a`, {}, /^HierarchyLevelLimitExceededException/],
    ['an unknown key', '/runvoy/secrets/a', { KeyId: 'alias/none' }, /^InvalidKeyId/],
    ['4097 bytes', '/runvoy/secrets/a', { Value: 'x'.repeat(4097) }, /^ValidationException: Standard tier .* 4096/],
    ['4097 bytes of umlauts', '/runvoy/secrets/a', { Value: 'ü'.repeat(2049) }, /^ValidationException: Standard tier/],
    [
      '8193 bytes',
      '/runvoy/secrets/a',
      { Value: 'x'.repeat(8193), Tier: 'Advanced' },
      /^ValidationException: Advanced tier/,
    ],
    [
      'tags on what may be overwritten',
      '/runvoy/secrets/a',
      { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] },
      /^ValidationException: Invalid request: tags and overwrite can't be used together/,
    ],
  ])('refuses %s', async (_what, name, more, message) => {
    const all = clientsFor(cloud, 'administrator').ssm;
    const call = all.send(new PutParameterCommand({ Name: name, Value: 'v', Type: 'SecureString', ...more }));
    expect(await refused(call)).toMatch(message);
    expect(await refused(all.send(new GetParameterCommand({ Name: '/runvoy/secrets/a' })))).toMatch(
      /^ParameterNotFound/,
    );
  });

  it('takes exactly 4096 and 8192 bytes, and never goes back to the lower tier', async () => {
    await expect(put('/runvoy/secrets/sizes', { Value: 'x'.repeat(4096) })).resolves.toMatchObject({
      Tier: 'Standard',
    });
    const large = { Value: 'x'.repeat(8192), Overwrite: true };
    await expect(put('/runvoy/secrets/sizes', { ...large, Tier: 'Intelligent-Tiering' })).resolves.toMatchObject({
      Tier: 'Advanced',
    });
    expect(await refused(put('/runvoy/secrets/sizes', { Tier: 'Standard', Overwrite: true }))).toMatch(
      /can't downgrade/,
    );
    await expect(put('/runvoy/secrets/sizes', { Overwrite: true })).resolves.toMatchObject({ Tier: 'Advanced' });
  });

  it('refuses a name that exists', async () => {
    await put('/runvoy/secrets/twice');
    expect(await refused(put('/runvoy/secrets/twice'))).toMatch(
      /^ParameterAlreadyExists: The parameter already exists/,
    );
  });
});

it('reads several, and says which are not there', async () => {
  await put('/runvoy/secrets/many/a');
  await put('/runvoy/secrets/many/b');
  const Names = ['/runvoy/secrets/many/a', '/runvoy/secrets/many/none', '/runvoy/secrets/many/b'];
  const { Parameters, InvalidParameters } = await ssm().send(new GetParametersCommand({ Names, WithDecryption: true }));
  expect(Parameters!.map(({ Name }) => Name)).toEqual([Names[0], Names[2]]);
  expect(InvalidParameters).toEqual([Names[1]]);
  const eleven = Array.from({ length: 11 }, (_none, at) => `/runvoy/secrets/${at}`);
  expect(await refused(ssm().send(new GetParametersCommand({ Names: eleven })))).toMatch(/^ValidationException/);
});

it('deletes, and a second time it is not there', async () => {
  await put('/runvoy/secrets/gone');
  await ssm().send(new DeleteParameterCommand({ Name: '/runvoy/secrets/gone' }));
  expect(await refused(ssm().send(new DeleteParameterCommand({ Name: '/runvoy/secrets/gone' })))).toMatch(
    /^ParameterNotFound/,
  );
  const all = clientsFor(cloud, 'administrator').ssm;
  await put('/runvoy/secrets/gone');
  const Names = ['/runvoy/secrets/gone', '/runvoy/secrets/never'];
  expect(await all.send(new DeleteParametersCommand({ Names }))).toMatchObject({
    DeletedParameters: [Names[0]],
    InvalidParameters: [Names[1]],
  });
});

it('describes in pages of fifty below a path, without values', async () => {
  const world = await cloud.deploy();
  const client = clientsFor(world).ssm;
  for (let n = 0; n < 53; n++)
    await client.send(new PutParameterCommand({ Name: `/runvoy/secrets/p${n}`, Value: 'v', Type: 'String' }));
  await client.send(new PutParameterCommand({ Name: '/runvoy/other', Value: 'v', Type: 'String' }));
  const ParameterFilters = [{ Key: 'Path', Option: 'Recursive', Values: ['/runvoy/secrets'] }];
  const first = await client.send(new DescribeParametersCommand({ ParameterFilters }));
  expect(first.Parameters).toHaveLength(50);
  expect(first.Parameters![0]).not.toHaveProperty('Value');
  const rest = await client.send(new DescribeParametersCommand({ ParameterFilters, NextToken: first.NextToken }));
  expect(rest.Parameters).toHaveLength(3);
  expect(rest.NextToken).toBeUndefined();
  expect(await refused(client.send(new DescribeParametersCommand({ MaxResults: 51 })))).toMatch(/^ValidationException/);
  expect(
    await refused(client.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Nope', Values: ['x'] }] }))),
  ).toMatch(/^ValidationException: .*parameterFilters/);
  const paths = new GetParametersByPathCommand({ Path: '/runvoy', Recursive: true });
  expect(await refused(client.send(paths))).toMatch(/^AccessDeniedException/);
  const below = await client.send(new GetParametersByPathCommand({ Path: '/runvoy/secrets' }));
  expect(below.Parameters).toHaveLength(10);
  await world.close();
});

it('tags', async () => {
  const ResourceId = '/runvoy/secrets/tagged';
  const ResourceType = 'Parameter' as const;
  await put(ResourceId);
  const Tags = [
    { Key: 'Application', Value: 'runvoy' },
    { Key: 'ManagedBy', Value: 'x' },
  ];
  await ssm().send(new AddTagsToResourceCommand({ ResourceType, ResourceId, Tags }));
  await ssm().send(
    new AddTagsToResourceCommand({
      ResourceType,
      ResourceId,
      Tags: [{ Key: 'ManagedBy', Value: 'runvoy-orchestrator' }],
    }),
  );
  const list = async () => (await ssm().send(new ListTagsForResourceCommand({ ResourceType, ResourceId }))).TagList;
  expect(await list()).toEqual([Tags[0], { Key: 'ManagedBy', Value: 'runvoy-orchestrator' }]);
  await ssm().send(new RemoveTagsFromResourceCommand({ ResourceType, ResourceId, TagKeys: ['ManagedBy'] }));
  expect(await list()).toEqual([Tags[0]]);
  const nobody = new AddTagsToResourceCommand({ ResourceType, ResourceId: '/runvoy/secrets/none', Tags });
  expect(await refused(ssm().send(nobody))).toMatch(/^InvalidResourceId/);
});

it('needs the right to the key, too', async () => {
  const keyed = { KeyId: cloud.env.RUNVOY_AWS_SECRETS_KMS_KEY_ARN!, Overwrite: true };
  await put('/runvoy/secrets/keyed', keyed);
  const Name = '/runvoy/secrets/keyed';
  cloud.addRole('no-key');
  const processor = clientsFor(cloud, 'processor').ssm;
  await expect(processor.send(new GetParameterCommand({ Name, WithDecryption: true }))).resolves.toBeDefined();
  const denied = processor.send(new PutParameterCommand({ Name, Value: 'v', Type: 'SecureString', ...keyed }));
  expect(await refused(denied)).toMatch(/^AccessDeniedException: .* is not authorized to perform: ssm:PutParameter/);
});
