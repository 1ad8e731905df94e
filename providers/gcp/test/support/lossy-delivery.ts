import { WriteBatch } from '@google-cloud/firestore';
import { startServer } from '@runvoy/core';
import { freePort } from '@runvoy/core/testing';
import { expect, vi } from 'vitest';
import { lay } from '../../dev/lay.ts';
import plugin from '../../src/index.ts';
import type { Deployment } from './deployment.ts';

const share = 0.05;

/** Runs a command that prints so many lines while pushes and commits fail at random and pushes come twice: all must be there, once. */
export async function lossyDelivery({ cloud, env }: Deployment, lines: number): Promise<void> {
  const { knobs, seed } = cloud.simulator;
  process.stderr.write(`simulator: seed ${seed}\n`);
  const port = await freePort();
  const shared = { ...env, RUNVOY_GCP_PROCESSOR_URL: `http://127.0.0.1:${port}` };
  await lay(shared);
  const server = await startServer({
    env: { ...shared, RUNVOY_BACKEND_PROVIDER: 'gcp', RUNVOY_PORT: String(port), RUNVOY_RATE_LIMIT: '0' },
    builtins: { gcp: async () => ({ default: plugin }) },
    adminEmail: 'ana@example.com',
    writeLog: () => undefined,
  });
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { 'x-api-key': server.admin!.apiKey, 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await (await fetch(`${server.url}/api/v1${path}`, init)).json()) as {
      execution_id: string;
      status: string;
      logs_complete: boolean;
      events: { message: string }[];
    };
  };
  try {
    Object.assign(knobs, { pushLoss: share, pushDuplicates: share });
    const commit = WriteBatch.prototype.commit;
    let commits = 0;
    vi.spyOn(WriteBatch.prototype, 'commit').mockImplementation(async function (this: WriteBatch) {
      // Every twentieth fails, before it had its effect or after.
      const turn = commits++ % 40;
      if (turn === 7) throw Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });
      const written = await commit.call(this);
      if (turn === 27) throw Object.assign(new Error('4 DEADLINE_EXCEEDED'), { code: 4 });
      return written;
    });
    const { execution_id: id } = await ask('POST', '/run', { command: `seq 1 ${lines}` });
    const over = async () => (await ask('GET', `/executions/${id}/status`)).status === 'SUCCEEDED';
    await vi.waitUntil(over, { timeout: 150_000, interval: 500 });
    const { events, logs_complete } = await ask('GET', `/executions/${id}/logs`);
    const numbers = events.map(({ message }) => Number(message)).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: lines }, (_, n) => n + 1));
    expect(logs_complete).toBe(true);
  } finally {
    Object.assign(knobs, { pushLoss: 0, pushDuplicates: 0 });
    vi.restoreAllMocks();
    await server.close();
  }
}
