import type { Client, Transport } from '@runvoy/core/client';
import { RunvoyError } from '@runvoy/core/provider';
import { configPath } from '../config/config-file.ts';
import type { Environment } from '../config/home.ts';
import { resolveServer, type ServerSettings } from '../config/server-settings.ts';
import type { Ui } from '../output/ui.ts';
import { version } from '../version.ts';
import { withDeadline } from './deadline.ts';
import { localUser } from './local-user.ts';
import { withRequestLog } from './request-log.ts';

export interface Connection {
  client: Client;
  settings: ServerSettings;
  /** No server is configured: this process does the work. */
  embedded: boolean;
  close(): Promise<void>;
}

export interface ConnectOptions {
  env: Environment;
  ui: Ui;
  endpoint?: string;
  /** Milliseconds that one request may take; 0 for no bound. */
  requestTimeout: number;
  verbose: boolean;
  /** The request needs no API key. */
  anonymous?: boolean;
  /** What is asked for makes no sense without a server. */
  serverOnly?: boolean;
  /** A command is about to run: where it does is said to scripts too. */
  runsCommand?: boolean;
}

/** Connects to the configured server or, when none is configured, opens the local provider in this process. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const settings = await resolveServer(
    options.env,
    options.endpoint === undefined ? {} : { endpoint: options.endpoint },
  );
  const { createClient, createNodeTransport } = await import('@runvoy/core/client');
  const userAgent = `runvoy/${version}`;
  if (settings.endpoint === undefined) {
    if (options.serverOnly) throw noServer();
    return openEmbedded(options, settings, (transport) => createClient({ transport, userAgent }));
  }
  if (settings.apiKey === undefined && !options.anonymous) throw noKey(options.env);
  const client = createClient({
    transport: decorate(createNodeTransport(settings.endpoint), options),
    userAgent,
    ...(settings.apiKey === undefined ? {} : { apiKey: settings.apiKey }),
  });
  return { client, settings, embedded: false, close: () => client.close() };
}

async function openEmbedded(
  options: ConnectOptions,
  settings: ServerSettings,
  createClient: (transport: Transport) => Client,
): Promise<Connection> {
  const say = options.runsCommand ? options.ui.tell : options.ui.note;
  say(`No server configured: using ${whereOf(options.env)} (see: runvoy configure)`);
  const server = await import('../server.ts');
  const embedded = await server.openEmbedded({ env: options.env, email: localUser() });
  const client = createClient(decorate(embedded.transport, options));
  const close = async () => {
    await client.close();
    await embedded.close();
  };
  return { client, settings, embedded: true, close };
}

function whereOf({ RUNVOY_BACKEND_PROVIDER: provider, RUNVOY_LOCAL_RUNTIME: runtime }: Environment): string {
  if (provider && provider !== 'local') return `the provider ${provider}`;
  return runtime === 'docker' ? 'Docker on this machine' : 'this machine, not isolated';
}

function decorate(transport: Transport, options: ConnectOptions): Transport {
  const logged = options.verbose ? withRequestLog(transport, options.ui.note) : transport;
  return options.requestTimeout > 0 ? withDeadline(logged, options.requestTimeout) : logged;
}

function noServer(): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', 'no server is configured', {
    field: 'api_endpoint',
    remedy: 'Run "runvoy configure", or set RUNVOY_API_ENDPOINT, or give --endpoint.',
  });
}

function noKey(env: Environment): RunvoyError {
  return new RunvoyError('UNAUTHORIZED', 'there is no API key', {
    field: 'api_key',
    remedy: `Claim one with "runvoy claim <token>", or set RUNVOY_API_KEY, or put api_key in ${configPath(env)}.`,
  });
}
