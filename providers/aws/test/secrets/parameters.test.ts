import {
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { guardProvider, openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import plugin from '../../src/index.ts';

describe('secret values in Parameter Store', () => {
  let cloud: Awaited<ReturnType<typeof startSimulator>>;
  let provider: Awaited<ReturnType<typeof openProvider>>;
  let ssm: SSMClient;
  beforeAll(async () => {
    cloud = await startSimulator();
    provider = guardProvider(await openProvider(plugin, cloud.env, { now: Date.now, log: quietLog, role: 'all' }, 30));
    const env = cloud.envOf('administrator');
    ssm = new SSMClient({
      region: env.AWS_REGION as string,
      endpoint: env.AWS_ENDPOINT_URL as string,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID as string,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
      },
    });
  });
  afterAll(async () => {
    await provider.close();
    ssm.destroy();
    await cloud.close();
  });

  const stored = async (name: string) => {
    const Name = `/runvoy/secrets/${name}`;
    return (await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter;
  };

  test('one that an older server can keep is kept as it would: encrypted, as it is, with its tags', async () => {
    const value = '-----BEGIN KEY-----\nabc\n-----END KEY-----';
    await provider.secrets.put('team/deploy-key', value);
    expect(await stored('team/deploy-key')).toMatchObject({ Type: 'SecureString', Value: value });
    const { TagList } = await ssm.send(
      new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: '/runvoy/secrets/team/deploy-key' }),
    );
    expect(TagList).toEqual(
      expect.arrayContaining([
        { Key: 'Application', Value: 'runvoy' },
        { Key: 'ManagedBy', Value: 'runvoy-orchestrator' },
      ]),
    );
  });

  test('one that an older server has put is revealed and listed', async () => {
    await ssm.send(
      new PutParameterCommand({
        Name: '/runvoy/secrets/db-password',
        Value: 'hunter2',
        Type: 'SecureString',
        Overwrite: true,
      }),
    );
    expect(await provider.secrets.reveal('db-password')).toBe('hunter2');
    expect(await provider.secrets.list()).toContain('db-password');
  });

  test('one that Parameter Store could not keep is in parts, of which nothing is left when it is replaced or removed', async () => {
    const large = Array.from({ length: 8000 }, (_, n) => (n * 7919).toString(36)).join('');
    const parts = async () => (await cloudNames()).filter((name) => name.includes('/_parts/'));
    await provider.secrets.put('large', large);
    expect((await stored('large'))?.Value).toMatch(/^runvoy-value 1 - gzip _parts\/[0-9a-f]{32}\/[0-9a-f]{16} \d+$/);
    expect((await parts()).length).toBeGreaterThan(1);
    expect(await provider.secrets.list()).not.toContainEqual(expect.stringContaining('_parts'));
    await provider.secrets.put('large', `${large}.`);
    expect(await provider.secrets.reveal('large')).toBe(`${large}.`);
    await provider.secrets.put('large', 'small');
    expect(await parts()).toEqual([]);
    await provider.secrets.put('large', large);
    await provider.secrets.remove('large');
    expect(await parts()).toEqual([]);
  });

  test('with the advanced tier, one of up to 8 KiB stays in one parameter that an older server can read, and the standard one serves the rest', async () => {
    const env = { ...cloud.env, RUNVOY_AWS_SECRETS_TIER: 'advanced' };
    const advanced = guardProvider(await openProvider(plugin, env, { now: Date.now, log: quietLog, role: 'all' }, 30));
    const certificate = 'x'.repeat(8192);
    try {
      await advanced.secrets.put('certificate', certificate);
      await advanced.secrets.put('password', 'short');
    } finally {
      await advanced.close();
    }
    expect((await stored('certificate'))?.Value).toBe(certificate);
    expect(await provider.secrets.reveal('certificate')).toBe(certificate);
    expect(await tierOf('certificate')).toBe('Advanced');
    expect(await tierOf('password')).toBe('Standard');
    await provider.secrets.put('certificate', `${certificate}x`);
    expect(await provider.secrets.reveal('certificate')).toBe(`${certificate}x`);
  });

  const tierOf = async (name: string) => {
    const ParameterFilters = [{ Key: 'Name', Values: [`/runvoy/secrets/${name}`] }];
    return (await ssm.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters?.[0]?.Tier;
  };

  test('what looks like our own form, or like a reference to another parameter, stays what it is', async () => {
    for (const value of [
      'runvoy-value 1 - text - 0\nx',
      'runvoy-value',
      '{{ssm:/runvoy/secrets/db-password}}',
      ' x ',
      '{{',
    ]) {
      await provider.secrets.put('odd', value);
      expect(await provider.secrets.reveal('odd')).toBe(value);
    }
  });

  const cloudNames = async () => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(new DescribeParametersCommand({ MaxResults: 50, ...(NextToken && { NextToken }) }));
      names.push(...(page.Parameters ?? []).map(({ Name = '' }) => Name));
      NextToken = page.NextToken;
    } while (NextToken);
    return names;
  };
});
