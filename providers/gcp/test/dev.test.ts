import { openEmulators } from '@runvoy/conformance/emulators';
import { expect, test, vi } from 'vitest';
import { startDev } from '../dev/index.ts';

interface Answer {
  execution_id: string;
  status: string;
  events: unknown[];
  report: { issues: unknown[] };
}

test('the whole of it runs a command on this machine', { timeout: 90_000 }, async ({ skip }) => {
  const emulators = await openEmulators({ wanted: ['firestore', 'pubsub'] });
  const [missing] = emulators.missing;
  if (missing) return skip(missing.join(': '));
  const said: string[] = [];
  const dev = await startDev({ port: 0, folder: '/nowhere', log: (text) => said.push(text) });
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { 'x-api-key': dev.admin!.apiKey, 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await (await fetch(`${dev.url}/api/v1${path}`, init)).json()) as Answer;
  };
  try {
    expect(dev.describe).toHaveLength(4);
    const { execution_id: id } = await ask('POST', '/run', { command: 'echo from the cloud' });
    const over = async () => (await ask('GET', `/executions/${id}/status`)).status === 'SUCCEEDED';
    await vi.waitUntil(over, { timeout: 60_000, interval: 300 });
    const { events } = await ask('GET', `/executions/${id}/logs`);
    expect(events).toMatchObject([{ message: 'from the cloud', stream: 'stdout' }]);
    expect((await ask('POST', '/health/reconcile')).report.issues).toEqual([]);
  } finally {
    await dev.close();
    await emulators.close();
  }
});
