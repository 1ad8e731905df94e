import { startServer } from '@runvoy/core';
import { expect, test } from 'vitest';
import plugin from '../src/index.ts';
import { openDelayingProxy } from './support/delaying-proxy.ts';
import { useDeployment } from './support/deployment.ts';

const deployment = useDeployment();

/** A server of this test's deployment, with more settings, and what asks it as its administrator. */
async function serve(more: Record<string, string> = {}) {
  const server = await startServer({
    env: {
      ...deployment.env,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_PORT: '0',
      RUNVOY_RATE_LIMIT: '0',
      ...more,
    },
    builtins: { gcp: async () => ({ default: plugin }) },
    adminEmail: 'ana@example.com',
    writeLog: () => undefined,
  });
  return {
    async ask(method: string, path: string, body?: object) {
      const headers = { 'x-api-key': server.admin!.apiKey, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(`${server.url}/api/v1${path}`, init);
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

const executions = () => [
  ...deployment.cloud.simulator.project(deployment.env.RUNVOY_GCP_PROJECT_ID!).run.executions.values(),
];

test('while Firestore cannot be reached, the answer is 503 DATABASE_ERROR and nothing else', {
  timeout: 60_000,
}, async () => {
  await using firestore = await openDelayingProxy(deployment.env.FIRESTORE_EMULATOR_HOST!, 0);
  await using server = await serve({ FIRESTORE_EMULATOR_HOST: firestore.address });
  expect((await server.ask('GET', '/whoami')).status).toBe(200);
  await firestore.interrupt();
  expect(await server.ask('GET', '/whoami')).toMatchObject({ status: 503, json: { code: 'DATABASE_ERROR' } });
  await firestore.resume();
  expect((await server.ask('GET', '/whoami')).status).toBe(200);
});

test.each([
  ['a quota is used up for a moment', 'RESOURCE_EXHAUSTED', 'before', 2],
  ['the answer to RunJob is lost', 'UNAVAILABLE', 'after', 1],
] as const)('when %s, the run starts, and once', { timeout: 60_000 }, async (_, code, when, times) => {
  await using server = await serve();
  await server.ask('POST', '/images/register', { image: 'docker.io/library/alpine:3', is_default: true });
  deployment.cloud.simulator.inject({
    method: 'RunJob',
    project: deployment.env.RUNVOY_GCP_PROJECT_ID!,
    code,
    when,
    times,
  });
  expect((await server.ask('POST', '/run', { command: 'true' })).status).toBe(202);
  expect(executions()).toHaveLength(1);
  expect((await server.ask('GET', '/executions')).json).toMatchObject([{ status: 'STARTING' }]);
});

test('when nobody can know whether RunJob has started something, it is not called again', {
  timeout: 60_000,
}, async () => {
  await using server = await serve();
  await server.ask('POST', '/images/register', { image: 'docker.io/library/alpine:3', is_default: true });
  const project = deployment.env.RUNVOY_GCP_PROJECT_ID!;
  deployment.cloud.simulator.inject({ method: 'RunJob', project, code: 'UNAVAILABLE', times: 1 });
  expect((await server.ask('POST', '/run', { command: 'true' })).status).toBe(503);
  expect(deployment.cloud.simulator.calls.count({ project, method: 'RunJob' })).toBe(1);
  expect(executions()).toEqual([]);
});

test('a quota that stays used up is told as such, and nothing has started', { timeout: 60_000 }, async () => {
  await using server = await serve();
  await server.ask('POST', '/images/register', { image: 'docker.io/library/alpine:3', is_default: true });
  const project = deployment.env.RUNVOY_GCP_PROJECT_ID!;
  const stop = deployment.cloud.simulator.inject({ method: 'RunJob', project, code: 'RESOURCE_EXHAUSTED' });
  const refused = await server.ask('POST', '/run', { command: 'true' });
  stop();
  expect(refused).toMatchObject({ status: 503, json: { code: 'THROTTLED' } });
  expect(executions()).toEqual([]);
  const { json } = await server.ask('GET', '/executions');
  expect(json).toMatchObject([{ status: 'FAILED', reason: 'start-failed' }]);
});
