import { describe, expect, test } from 'vitest';
import { type AwsConfig, config } from '../src/config.ts';
import { managementUrl } from '../src/sockets/lazy-sockets.ts';
import { streamUrl } from '../src/sockets/stream-url.ts';
import { settings } from './support/tables.ts';

const read = (env: Record<string, string | undefined>) => config.safeParse(env);
const problems = (env: Record<string, string | undefined>) =>
  read(env).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

describe('settings', () => {
  test('those of a stack are enough', () => {
    const { tables, secretsPrefix, secretDelivery, capacityProvider, network } = read(settings).data as AwsConfig;
    expect(tables.users).toBe('runvoy-api-keys');
    expect({ secretsPrefix, secretDelivery, capacityProvider }).toEqual({
      secretsPrefix: '/runvoy/secrets',
      secretDelivery: 'env',
      capacityProvider: 'FARGATE',
    });
    expect(network).toEqual({ securityGroups: ['sg-1'], subnets: ['subnet-1', 'subnet-2'] });
  });

  test('all that is missing is told at once, with where to find it', () => {
    const told = problems({});
    expect(told).toHaveLength(17);
    expect(told.every((text) => text.startsWith('RUNVOY_AWS_') && text.includes('outputs'))).toBe(true);
  });

  test('a processor needs no network, and an empty value is none', () => {
    const { RUNVOY_AWS_SUBNET_1: _, ...without } = settings;
    expect(problems({ ...without, RUNVOY_ROLE: 'processor' })).toEqual([]);
    expect(problems({ ...settings, RUNVOY_AWS_SUBNET_1: ' ' })).toEqual([
      expect.stringContaining('RUNVOY_AWS_SUBNET_1'),
    ]);
  });

  test('half of a key is told', () => {
    expect(problems({ ...settings, AWS_SECRET_ACCESS_KEY: undefined })).toEqual([
      'AWS_SECRET_ACCESS_KEY is missing beside its other half',
    ]);
  });

  test('the sockets’ endpoint is taken however it is written', () => {
    for (const scheme of ['', 'wss://', 'https://', 'ws://']) {
      expect(managementUrl(`${scheme}abc.example.com/production`)).toBe('https://abc.example.com/production');
      expect(streamUrl(`${scheme}abc.example.com/production`)).toBe('wss://abc.example.com/production');
    }
    expect(streamUrl('ws://127.0.0.1:4/p')).toBe('ws://127.0.0.1:4/p');
    expect(managementUrl('ws://127.0.0.1:4/p')).toBe('http://127.0.0.1:4/p');
  });
});
