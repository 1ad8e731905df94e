import type { LogLine, Provider } from '@runvoy/core/provider';
import { openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import plugin from '../../src/index.ts';
import { until } from '../support/lambda-deployment.ts';

const context = {
  now: Date.now,
  log: quietLog,
  role: 'all' as const,
};

let cloud: SimulatedCloud;
let one: Provider;
let other: Provider;
beforeAll(async () => {
  cloud = await startSimulator();
  [one, other] = await Promise.all([
    openProvider(plugin, cloud.env, context, 30),
    openProvider(plugin, cloud.env, context, 30),
  ]);
});
afterAll(async () => {
  await Promise.all([one?.close(), other?.close()]);
  await cloud?.close();
});

const lines = (name: string, times: number[]): LogLine[] =>
  times.map((time) => ({ id: `${name}${time}`, time, stream: 'stdout', text: `${name} ${time}` }));

async function textOf(executionId: string): Promise<string[]> {
  const { chunks } = await other.logs.read(executionId);
  return chunks.flatMap(({ text }) => Buffer.from(text).toString().trimEnd().split('\n'));
}

test('what a writer had on its way when it gave up is nobody’s line', async () => {
  // Its rows arrive, although nobody waits for them any more.
  let isOnItsWay = false;
  cloud.knobs.latency = {
    get 'dynamodb:BatchWriteItem'() {
      isOnItsWay = true;
      return 300;
    },
  };
  const away = new AbortController();
  const given = one.logs.append('late', lines('first', [1, 3, 5]), {}, { signal: away.signal });
  await until(() => isOnItsWay);
  away.abort();
  await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
  cloud.knobs.latency = {};

  await other.logs.append('late', lines('second', [2, 4, 6]));
  await until(() => cloud.calls.count('dynamodb:BatchWriteItem') >= 2);
  expect(await textOf('late')).toEqual(['second 2', 'second 4', 'second 6']);
  await one.logs.append('late', lines('first', [1, 3, 5]));
  expect((await textOf('late')).sort()).toEqual([
    ...['first 1', 'first 3', 'first 5'],
    ...['second 2', 'second 4', 'second 6'],
  ]);
});
