import { createAccess } from './access/access.ts';
import type { Logger, Provider } from './contract/plugin.ts';
import { createExecutions } from './executions/executions.ts';
import { createHealth } from './health/health.ts';
import { createImages } from './images/images.ts';
import { createIngest } from './logs/ingest.ts';
import { createNotifications } from './notifications/notifications.ts';
import { createProcess } from './notifications/process.ts';
import { createSecrets } from './secrets/secrets.ts';
import type { Executions, Runvoy } from './services.ts';
import { createGatewayStreams } from './sockets/gateway/gateway-streams.ts';
import { createTrace } from './trace/trace.ts';
import { createUsers } from './users/users.ts';
import { version } from './version.ts';

export interface RunvoyOptions {
  /** Already guarded (`guardProvider`). */
  provider: Provider;
  log: Logger;
  defaultTimeoutSeconds: number;
  /** Casbin policy in CSV, instead of the default one. */
  policyText?: string;
  now?: () => number;
  /** Seconds that this process may wait for the last lines of a run; see `DrainOptions`. */
  maximumWaitSeconds?: number | undefined;
}

/** Puts the services together on one provider. */
export async function createRunvoy(options: RunvoyOptions): Promise<Runvoy> {
  const { provider, log, now = Date.now } = options;
  const access = await createAccess({ policyText: options.policyText });
  const users = createUsers({ store: provider.store, access, log, now });
  const images = createImages({ provider, now });
  const secrets = createSecrets({ provider, now });
  const ingest = createIngest({
    provider,
    log,
    onStarted: (execution, requestId) => executions.follow(execution, requestId),
  });
  const executions: Executions = createExecutions({
    provider,
    access,
    images,
    secrets,
    log,
    now,
    defaultTimeoutSeconds: options.defaultTimeoutSeconds,
    isRevoked: users.isRevoked,
    gaps: ingest,
    maximumWaitSeconds: options.maximumWaitSeconds,
  });
  const gateway = provider.sockets && createGatewayStreams({ provider, executions, log, now });
  const process = createProcess({
    provider,
    executions,
    ingest,
    gateway,
    reconcile: (requestId) => health.reconcile(requestId),
    log,
  });
  const notifications = provider.receive && createNotifications({ provider, process, log, now });
  const health = createHealth({ provider, executions, access, now, ...(notifications && { notifications }) });
  const trace = createTrace({ provider });

  return {
    version,
    provider: { name: provider.name, region: provider.region },
    users,
    access,
    images,
    secrets,
    executions,
    health,
    trace,
    ...(notifications && { notifications }),
    process,
    close: () => provider.close(),
  };
}
