import { type Client, createClient, createNodeTransport } from '@runvoy/core/client';
import { freePort } from '@runvoy/core/testing';
import type { GcpCloud } from '../processes/gcp-cloud.ts';
import type { GcpServer } from '../processes/gcp-server.ts';
import { type BenchProcess, startProcess } from './process.ts';
import type { Row } from './row.ts';

export interface Gcp {
  env: Record<string, string>;
  server: BenchProcess<GcpServer>;
  /** The simulator; the emulators are others'. */
  cloud: BenchProcess<GcpCloud>;
  client: Client;
}

/** Measures on runvoy on Google's emulators and the simulated rest, which are processes of their own; a row that says why where there are none. */
export async function onGcp(
  { name, rpcMilliseconds }: { name: string; rpcMilliseconds: number },
  measure: (gcp: Gcp) => Promise<Row[]>,
): Promise<Row[]> {
  const port = await freePort();
  await using opened = new AsyncDisposableStack();
  const start: typeof startProcess = async (...what) => {
    const started = await startProcess<never>(...what);
    opened.defer(() => started.stop());
    return started;
  };
  const cloud = await start<GcpCloud>('gcp-cloud');
  const env = await cloud.call('start', { rpcMilliseconds, port });
  if (typeof env === 'string') return [{ name, path: name, subject: '', ceiling: '', note: env }];
  const server = await start<GcpServer>('gcp-server', {
    ...env,
    RUNVOY_BACKEND_PROVIDER: 'gcp',
    RUNVOY_PORT: String(port),
    RUNVOY_LOG_LEVEL: 'error',
    RUNVOY_RATE_LIMIT: '0',
  });
  const { url, apiKey } = await server.call('start');
  const client = createClient({ transport: createNodeTransport(url), apiKey });
  opened.defer(() => client.close());
  await client.registerImage({ image: 'docker.io/library/alpine:3', is_default: true });
  // Awaited here, before everything is closed.
  return await measure({ env, server, cloud, client });
}
