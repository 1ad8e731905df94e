import { startServer } from '@runvoy/core';
import { createClient, createNodeTransport } from '@runvoy/core/client';
import { describe, expect, test } from 'vitest';
import { startDev } from '../dev/index.ts';
import { startSimulator } from '../simulator/index.ts';

/** Runs a command and follows it: what it printed, and how it ended. */
async function runThere(url: string, apiKey: string, command: string) {
  const transport = createNodeTransport(url);
  try {
    const client = createClient({ transport, apiKey });
    const { execution_id } = await client.run({ command });
    let output = '';
    for await (const event of client.follow(execution_id)) {
      if (event.type === 'log')
        output += typeof event.text === 'string' ? event.text : Buffer.from(event.text).toString();
      if (event.type === 'end') return { output, exitCode: event.exit_code };
    }
    return { output };
  } finally {
    await transport.close();
  }
}

describe('the whole of it on this machine', () => {
  test('startDev: both functions on the simulated cloud, with an administrator', async () => {
    const lines: string[] = [];
    const dev = await startDev({ port: 0, folder: '', log: (line) => lines.push(line) });
    try {
      expect(dev.admin).toMatchObject({ email: 'admin@localhost' });
      expect(await runThere(dev.url, dev.admin!.apiKey, 'echo hello; exit 4')).toEqual({
        output: 'hello\n',
        exitCode: 4,
      });
      expect(dev.describe.length).toBeGreaterThan(3);
      expect(lines.some((line) => line.includes('/api/v1/run'))).toBe(true);
    } finally {
      await dev.close();
    }
  });

  test('a server in one process, by the name of the provider in either case', async () => {
    const cloud = await startSimulator();
    const env = { ...cloud.env, RUNVOY_BACKEND_PROVIDER: 'AWS', RUNVOY_PORT: '0', RUNVOY_LOG_LEVEL: 'error' };
    const server = await startServer({ env, builtins: {}, adminEmail: 'admin@example.com' });
    try {
      // Nobody tells this server of anything: it looks for itself, every 20 s while a command runs.
      expect(await runThere(server.url, server.admin!.apiKey, 'echo polled')).toEqual({
        output: 'polled\n',
        exitCode: 0,
      });
    } finally {
      await server.close();
      await cloud.close();
    }
  }, 60_000);
});
