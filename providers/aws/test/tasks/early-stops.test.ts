import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Provider, TaskSpec, TaskTemplate } from '@runvoy/core/provider';
import { openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import plugin from '../../src/index.ts';
import { clientsFor } from '../simulator/clients.ts';
import { image, until } from '../support/lambda-deployment.ts';

const context = {
  now: Date.now,
  log: quietLog,
  role: 'all' as const,
};

describe('a stop that comes before the start', () => {
  let cloud: SimulatedCloud;
  let one: Provider;
  let other: Provider;
  let template: TaskTemplate;
  let templateRef: string;
  beforeAll(async () => {
    cloud = await startSimulator();
    [one, other] = await Promise.all([
      openProvider(plugin, cloud.env, context, 30),
      openProvider(plugin, cloud.env, context, 30),
    ]);
    template = { imageId: 'alpine:3-0', image, cpu: 256, memory: 512, platform: 'Linux/ARM64' };
    templateRef = (await one.tasks.prepare(template)).ref;
  });
  afterAll(async () => {
    await Promise.all([one?.close(), other?.close()]);
    await cloud?.close();
  });

  const specOf = (executionId: string): TaskSpec => ({
    executionId,
    template,
    templateRef,
    command: { shell: 'echo it ran' },
    env: {},
    secretEnv: {},
    maskedValues: [],
    timeoutSeconds: 60,
    createdBy: 'ana@example.com',
  });
  const ended = (executionId: string, ref: string) =>
    until(async () => {
      const state = await one.tasks.inspect({ executionId, ref });
      return state.phase === 'ended' && state;
    });
  const notes = async () => {
    const { dynamo } = clientsFor(cloud, 'administrator');
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: 'runvoy-websocket-tokens' }));
    return Items.map(({ token }) => token?.S);
  };

  test('is known to every process, and holds for one execution', async () => {
    await one.tasks.stop({ executionId: 'early' });
    await one.tasks.stop({ executionId: 'early' });
    expect(await notes()).toEqual(['reservation/stopped/early']);
    const [early, usual] = await Promise.all(['early', 'usual'].map((id) => other.tasks.start(specOf(id))));
    expect(await ended('early', early!.ref)).toMatchObject({ reason: 'stopped' });
    expect(await ended('usual', usual!.ref)).toMatchObject({ reason: 'exited', exitCode: 0 });
  });

  test('is not noted of what ECS has forgotten since', async () => {
    await one.tasks.stop({ executionId: 'forgotten', ref: '0'.repeat(32) });
    expect(await notes()).not.toContain('reservation/stopped/forgotten');
  });

  test('a note that cannot be read keeps nothing from starting', async () => {
    cloud.knobs.faults = { 'dynamodb:GetItem': { probability: 1, kind: 'error' } };
    const { ref } = await one.tasks.start(specOf('unread'));
    cloud.knobs.faults = {};
    expect(await ended('unread', ref)).toMatchObject({ reason: 'exited' });
  });
});
