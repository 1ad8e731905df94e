import { type RunningServer, startServer } from '@runvoy/core';
import { freePort } from '@runvoy/core/testing';
import { expect, test, vi } from 'vitest';
import { lay } from '../dev/lay.ts';
import plugin from '../src/index.ts';
import { useDeployment } from './support/deployment.ts';

const deployment = useDeployment();

test('three services, each with its own account and no more rights than the table gives, do the whole work', {
  timeout: 90_000,
}, async () => {
  const { cloud, env } = deployment;
  const port = await freePort();
  const shared = { ...env, RUNVOY_GCP_PROCESSOR_URL: `http://127.0.0.1:${port}`, RUNVOY_BACKEND_PROVIDER: 'gcp' };
  await lay(shared);
  const servers: RunningServer[] = [];
  const complaints: string[] = [];
  const start = async (role: string, port: number) => {
    const account = `runvoy-${role === 'processor' ? 'processor' : 'orchestrator'}`;
    const endpoint = await cloud.simulator.addressOf(`${account}@${env.RUNVOY_GCP_PROJECT_ID}.iam.gserviceaccount.com`);
    const server = await startServer({
      env: {
        ...shared,
        RUNVOY_ROLE: role,
        RUNVOY_PORT: String(port),
        RUNVOY_GCP_ENDPOINT: endpoint,
        RUNVOY_LOG_LEVEL: 'warn',
      },
      builtins: { gcp: async () => ({ default: plugin }) },
      adminEmail: 'ana@example.com',
      writeLog: (line) => complaints.push(line),
    });
    servers.push(server);
    return server;
  };
  try {
    const orchestrator = await start('orchestrator', 0);
    await start('processor', port);
    await start('websocket', 0);
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { 'x-api-key': orchestrator.admin!.apiKey, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(`${orchestrator.url}/api/v1${path}`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    };
    await ask('POST', '/secrets', { name: 'token', key_name: 'MY_VALUE', value: 'hunter2-hunter2' });
    const request = { command: 'echo "value $MY_VALUE"; echo done', secrets: ['token'] };
    const { execution_id: id } = await ask('POST', '/run', request);
    const over = async () => ['SUCCEEDED', 'FAILED'].includes((await ask('GET', `/executions/${id}/status`)).status);
    await vi.waitUntil(over, { timeout: 60_000, interval: 300 });
    const { events, logs_complete } = await ask('GET', `/executions/${id}/logs`);
    expect(events.map(({ message }: { message: string }) => message)).toEqual(['value ***', 'done']);
    expect(logs_complete).toBe(true);
    await ask('POST', '/health/reconcile');
    expect(complaints).toEqual([]);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
});
