import { createAccess } from './access/access.ts';
import type { Logger, Provider } from './contract/plugin.ts';
import { createExecutions } from './executions/executions.ts';
import { createHealth } from './health/health.ts';
import { createImages } from './images/images.ts';
import { createIngest } from './logs/ingest.ts';
import { createSecrets } from './secrets/secrets.ts';
import type { ProcessOptions, Runvoy } from './services.ts';
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
  const ingest = createIngest({ provider });
  const executions = createExecutions({
    provider,
    access,
    images,
    secrets,
    log,
    now,
    defaultTimeoutSeconds: options.defaultTimeoutSeconds,
    isRevoked: users.isRevoked,
    fillGaps: ingest.fillGaps,
    maximumWaitSeconds: options.maximumWaitSeconds,
  });
  const health = createHealth({ provider, executions, access, now });
  const trace = createTrace({ provider });
  const gateway = provider.sockets && createGatewayStreams({ provider, executions, log, now });

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
    async process(raw, requestId, options: ProcessOptions = {}) {
      const { deadline = Number.POSITIVE_INFINITY, afterAnswer = runNow(log) } = options;
      const events = await provider.decode(raw, { requestId });
      /** Executions of which viewers may have something to see. */
      const changed = new Set<string>();
      for (const event of events) {
        switch (event.type) {
          case 'task-changed': {
            const execution = await executions.refresh(event.task, requestId);
            if (execution) changed.add(execution.execution_id);
            else log.warn({ request_id: requestId, task: event.task }, 'an event names a task without a record');
            break;
          }
          case 'log-lines':
            await ingest.append(event.executionId, event.lines, { requestId });
            changed.add(event.executionId);
            break;
          case 'socket-opened':
            if (gateway) afterAnswer(await gateway.open(event, requestId, deadline));
            break;
          case 'socket-closed':
            await gateway?.closed(event.connection, requestId);
            break;
          case 'reconcile':
            await health.reconcile(requestId);
            break;
        }
      }
      if (gateway) for (const id of changed) await gateway.deliver(id, requestId, deadline);
      return events.length;
    },
    close: () => provider.close(),
  };
}

/** For a process that goes on after it has answered. */
const runNow =
  (log: Logger): NonNullable<ProcessOptions['afterAnswer']> =>
  (work) => {
    work().catch((error: unknown) => log.error({ error }, 'what should follow an answer failed'));
  };
