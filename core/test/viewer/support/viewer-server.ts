import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '../../../src/client/client.ts';
import { createNodeTransport } from '../../../src/client/node-transport.ts';
import type { Client } from '../../../src/client/types.ts';
import { type RunningServer, startServer } from '../../../src/server.ts';
import { buildViewer } from '../../../viewer/build.ts';

export const viewerFolder = fileURLToPath(new URL('../../../dist/viewer', import.meta.url));
export const adminEmail = 'ana@example.com';

export interface ViewerServer extends AsyncDisposable {
  url: string;
  port: number;
  /** The administrator's. */
  apiKey: string;
  client: Client;
  /** Runs a command; its execution's id. */
  run(command: string): Promise<string>;
  /** Runs a command and waits for its end. */
  finish(command: string): Promise<string>;
  /** Stops serving; runs go on. */
  stop(): Promise<void>;
  /** Serves again, on the same port and data. */
  start(): Promise<void>;
}

/** The real server on the local provider, with its data in a folder of its own and the viewer as the sources are. */
export async function startViewerServer(): Promise<ViewerServer> {
  await buildViewer(viewerFolder);
  const home = mkdtempSync(join(tmpdir(), 'runvoy-viewer-'));
  const open = (port: number) =>
    startServer({
      env: {
        PATH: process.env.PATH,
        RUNVOY_HOME: home,
        RUNVOY_PORT: String(port),
        RUNVOY_RATE_LIMIT: '0',
        RUNVOY_LOG_LEVEL: 'error',
        RUNVOY_SHUTDOWN_GRACE: '1s',
        RUNVOY_CORS_ALLOWED_ORIGINS: '*',
      },
      builtins: { local: () => import('@runvoy/local') },
      adminEmail,
    });
  let server: RunningServer | undefined = await open(0);
  const { url } = server;
  const port = Number(new URL(url).port);
  const apiKey = server.admin!.apiKey;
  const client = createClient({ transport: createNodeTransport(url), apiKey });

  const run = async (command: string) => (await client.run({ command })).execution_id;
  const self: ViewerServer = {
    url,
    port,
    apiKey,
    client,
    run,
    async finish(command) {
      const id = await run(command);
      for await (const _ of client.follow(id));
      return id;
    },
    async stop() {
      await server?.close();
      server = undefined;
    },
    async start() {
      server ??= await open(port);
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await self.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return self;
}
