import { join } from 'node:path';
import { type Client, createClient, createNodeTransport } from '@runvoy/core/client';
import type { RunvoyServer } from '../processes/runvoy-server.ts';
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

/** A server in a process of its own, on an empty data folder. */
export async function startRunvoy(tasks: 'real' | 'none' = 'real'): Promise<Server> {
  const home = temporaryFolder('server');
  const server = await startProcess<RunvoyServer>('runvoy-server');
  const { url, apiKey } = await server.call('start', { home, tasks });
  const client = createClient({ transport: createNodeTransport(url), apiKey });
  return {
    pid: server.pid,
    url,
    port: Number(new URL(url).port),
    apiKey,
    home,
    client,
    cliEnvironment: { RUNVOY_HOME: temporaryFolder('client'), RUNVOY_API_ENDPOINT: url, RUNVOY_API_KEY: apiKey },
    stop: async () => {
      await client.close();
      await server.stop();
    },
  };
}

/** Submits a run and follows it to its end with a resident client; resolves to the number of lines. */
export async function runToEnd(client: Client, command: string): Promise<number> {
  const { execution_id } = await client.run({ command });
  for await (const event of client.follow(execution_id)) {
    if (event.type !== 'end') continue;
    if (event.exit_code !== 0) throw new Error(`${command} ended with ${event.exit_code} (${event.reason_detail})`);
    return event.lines;
  }
  throw new Error(`${command}: the log had no end`);
}
