import { startServer } from '@runvoy/core';
import { afterEach, expect, test, vi } from 'vitest';
import plugin from '../src/index.ts';
import { openDelayingProxy } from './support/delaying-proxy.ts';
import { useDeployment } from './support/deployment.ts';
import { type Call, watchCalls } from './support/watch-calls.ts';

const deployment = useDeployment();
/** So long that what is asked for at once is asked for before anything is answered. */
const delayMilliseconds = 100;

afterEach(() => {
  vi.restoreAllMocks();
  deployment.cloud.simulator.knobs.rpcLatencyMs = 0;
});

test('how many answers RunJob waits for', { timeout: 60_000 }, async () => {
  const { env, cloud } = deployment;
  await using firestore = await openDelayingProxy(env.FIRESTORE_EMULATOR_HOST!, delayMilliseconds);
  const server = await startServer({
    env: {
      ...env,
      FIRESTORE_EMULATOR_HOST: firestore.address,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_PORT: '0',
      RUNVOY_LOG_LEVEL: 'error',
      RUNVOY_RATE_LIMIT: '0',
    },
    builtins: { gcp: async () => ({ default: plugin }) },
    adminEmail: 'ana@example.com',
  });
  try {
    const ask = async (path: string, body: object) => {
      const headers = { 'x-api-key': server.admin!.apiKey, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      expect((await fetch(`${server.url}/api/v1${path}`, init)).status).toBeLessThan(300);
    };
    await ask('/images/register', { image: 'docker.io/library/alpine:3', is_default: true });
    await ask('/secrets', { name: 'token', key_name: 'TOKEN', value: 'a value' });
    const roundsOf = async (run: object) => {
      // The first of a kind imports clients, and makes the Job of a sidecar.
      await ask('/run', run);
      const calls = watchCalls();
      await ask('/run', run);
      vi.restoreAllMocks();
      const started = calls.find(({ method }) => method.endsWith('/RunJob'));
      process.stderr.write(`${JSON.stringify(run)}: ${describe(calls)}\n`);
      return started!.round - 1;
    };
    cloud.simulator.knobs.rpcLatencyMs = delayMilliseconds;
    expect(await roundsOf({ command: 'true' })).toBeLessThanOrEqual(3);
    expect(await roundsOf({ command: 'true', secrets: ['token'] })).toBeLessThanOrEqual(4);
  } finally {
    await server.close();
  }
});

const describe = (calls: Call[]) =>
  calls.map(({ method, round }) => `${round} ${method.slice(method.lastIndexOf('/') + 1)}`).join(', ');
