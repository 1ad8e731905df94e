import type { Builtins } from './config/load-provider.ts';
import { readSettings, serves } from './config/settings.ts';
import { createApp } from './http/app.ts';
import { serveNode } from './http/node-server.ts';
import { createLogger } from './logging/logger.ts';
import { type Backend, openBackend } from './open-backend.ts';
import { createRequestId } from './request-id.ts';
import { attachWebSockets } from './sockets/websocket-adapter.ts';

export interface ServerOptions {
  env: Record<string, string | undefined>;
  builtins: Builtins;
  /** Who becomes administrator when there is no user yet; absent: nobody, because nobody would see the key. */
  adminEmail?: string;
  /** Milliseconds since the epoch. Default: the clock of this machine. */
  now?: () => number;
  /** Takes each line of the log, with its newline. Default: standard error. */
  writeLog?: (line: string) => void;
}

export interface RunningServer {
  url: string;
  /** Only on the first start: the key is shown nowhere else. */
  admin?: { email: string; apiKey: string };
  /** Stops accepting, lets requests end, sends viewers to reconnect. */
  close(): Promise<void>;
}

const refreshMilliseconds = 30_000;
const reconcileMilliseconds = 3_600_000;

/** A server in this process, in the role that `RUNVOY_ROLE` says. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { env, builtins, adminEmail, now, writeLog } = options;
  const { logLevel } = readSettings(env);
  let keepLine: ((line: string) => void) | undefined;
  const log = createLogger({
    level: logLevel,
    tee: (line) => keepLine?.(line),
    ...(writeLog && { write: writeLog }),
  });
  const backend = await openBackend({ env, builtins, log, ...(now && { now }) });
  const { provider, runvoy, streams, settings } = backend;
  try {
    keepLine = provider.backendLogs?.write?.bind(provider.backendLogs);
    await provider.claimServer?.();
    const server = await serveNode({
      app: createApp({ runvoy, settings, log, role: settings.role }),
      host: settings.host,
      port: settings.port,
      ...(serves(settings.role, 'websocket') && { onUpgrade: attachWebSockets(streams) }),
      shutdownGraceSeconds: settings.shutdownGraceSeconds,
    });
    const stopChores = serves(settings.role, 'processor') ? startChores(backend, log) : undefined;
    const mayBootstrap = adminEmail !== undefined && serves(settings.role, 'orchestrator');
    const admin = mayBootstrap ? await runvoy.users.bootstrap(adminEmail) : undefined;
    log.info({ url: server.url, provider: provider.name, role: settings.role, version: runvoy.version }, 'serving');
    return {
      url: server.url,
      ...(admin && { admin }),
      async close() {
        await stopChores?.();
        await streams.close();
        await server.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** What goes on without being asked: following up what events did not tell, and the hourly comparison with the cloud. */
function startChores({ runvoy }: Backend, log: ReturnType<typeof createLogger>): () => Promise<void> {
  let current: Promise<unknown> = Promise.resolve();
  const chore = (name: string, work: (requestId: string) => Promise<unknown>) => () => {
    const requestId = createRequestId();
    current = current
      .then(() => work(requestId))
      .catch((error: unknown) => log.error({ request_id: requestId, error }, `${name} failed`));
  };
  const refresh = chore('refreshing executions', (requestId) => runvoy.executions.refreshActive(requestId));
  const reconcile = chore('reconciliation', (requestId) => runvoy.health.reconcile(requestId));
  refresh();
  const timers = [setInterval(refresh, refreshMilliseconds), setInterval(reconcile, reconcileMilliseconds)];
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await current;
  };
}
