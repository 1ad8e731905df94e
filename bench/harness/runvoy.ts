import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Client, createClient, createNodeTransport } from '@runvoy/core/client';
import type { RunvoyServer } from '../processes/server-without-tasks.ts';
import { startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Server {
  pid: number;
  url: string;
  port: number;
  apiKey: string;
  home: string;
  client: Client;
  /** What a command line client needs to talk to it. */
  cliEnvironment: Record<string, string>;
  stop(): Promise<void>;
}

/** The built command, as it is installed. */
export const cli = join(import.meta.dirname, '../../bin/runvoy.cjs');

/** The built server in a process of its own, on an empty data folder. */
export async function startRunvoy(): Promise<Server> {
  const home = temporaryFolder('server');
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--json'], {
    env: { ...process.env, ...serverEnvironment, RUNVOY_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, admin } = JSON.parse(line.toString('utf8')) as { url: string; admin: { api_key: string } };
  return serverAt(url, admin.api_key, home, child.pid!, async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
}

/** A server that accepts runs and starts nothing: what is left of a run is what core and the store cost. */
export async function startRunvoyWithoutTasks(): Promise<Server> {
  const home = temporaryFolder('server');
  const server = await startProcess<RunvoyServer>('server-without-tasks', { ...serverEnvironment, RUNVOY_HOME: home });
  const { url, apiKey } = await server.call('start');
  return serverAt(url, apiKey, home, server.pid, server.stop);
}

const serverEnvironment = {
  RUNVOY_LOG_LEVEL: 'error',
  // One client makes all requests here, which is what the limit is there to stop.
  RUNVOY_RATE_LIMIT: '0',
};

function serverAt(url: string, apiKey: string, home: string, pid: number, stop: () => Promise<void>): Server {
  const client = createClient({ transport: createNodeTransport(url), apiKey });
  return {
    pid,
    url,
    port: Number(new URL(url).port),
    apiKey,
    home,
    client,
    cliEnvironment: { RUNVOY_HOME: temporaryFolder('client'), RUNVOY_API_ENDPOINT: url, RUNVOY_API_KEY: apiKey },
    stop: async () => {
      await client.close();
      await stop();
    },
  };
}

/** Submits a run and follows it to its end with a resident client; resolves to the number of lines. */
export async function runToEnd(client: Client, command: string, secrets: string[] = []): Promise<number> {
  const { execution_id } = await client.run({ command, secrets });
  for await (const event of client.follow(execution_id)) {
    if (event.type !== 'end') continue;
    if (event.exit_code !== 0) throw new Error(`${command} ended with ${event.exit_code} (${event.reason_detail})`);
    return event.lines;
  }
  throw new Error(`${command}: the log had no end`);
}
