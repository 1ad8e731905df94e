import { startServer } from '@runvoy/core';
import { expect, test, vi } from 'vitest';
import { lay } from '../dev/lay.ts';
import plugin from '../src/index.ts';
import { completion } from './support/completion.ts';
import { countDocuments } from './support/count-documents.ts';
import { useDeployment } from './support/deployment.ts';

const deployment = useDeployment();

test('a run costs at most 5 reads and 6 writes, and its lines a write for many', { timeout: 60_000 }, async () => {
  const { env } = deployment;
  const server = await startServer({
    env: {
      ...env,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_PORT: '0',
      RUNVOY_LOG_LEVEL: 'error',
      RUNVOY_RATE_LIMIT: '0',
    },
    builtins: { gcp: async () => ({ default: plugin }) },
    adminEmail: 'ana@example.com',
  });
  let stopCounting: (() => void) | undefined;
  try {
    await lay({ ...env, RUNVOY_GCP_PROCESSOR_URL: server.url });
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { 'x-api-key': server.admin!.apiKey, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      return (await (await fetch(`${server.url}/api/v1${path}`, init)).json()) as Record<string, string>;
    };
    await ask('POST', '/images/register', { image: 'docker.io/library/alpine:3', is_default: true });
    // The first run makes the key's last use known.
    const { execution_id: first } = await ask('POST', '/run', { command: 'true' });
    await vi.waitUntil(() => completion(env, first!), waiting);
    const { counts, stop } = countDocuments();
    stopCounting = stop;
    const { execution_id: id } = await ask('POST', '/run', { command: 'seq 1 2000; sleep 2' });
    // Nobody asks, so nothing is read for a viewer.
    await vi.waitUntil(() => completion(env, id!), waiting);
    process.stderr.write(`a run: ${JSON.stringify(counts)}\n`);
    expect(counts.writes).toBeLessThanOrEqual(6);
    expect(counts.reads).toBeLessThanOrEqual(5);
    expect(counts.logWrites).toBeLessThanOrEqual(10);
  } finally {
    stopCounting?.();
    await server.close();
  }
});

const waiting = { timeout: 40_000, interval: 200 };
