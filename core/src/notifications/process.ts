import type { Logger, Provider } from '../contract/plugin.ts';
import type { Ingest } from '../logs/ingest.ts';
import type { Executions, ProcessOptions, Runvoy } from '../services.ts';
import type { GatewayStreams } from '../sockets/gateway/gateway-streams.ts';

export interface ProcessDependencies {
  provider: Pick<Provider, 'decode'>;
  executions: Pick<Executions, 'refresh'>;
  ingest: Pick<Ingest, 'append'>;
  /** Where a gateway holds the viewers' sockets. */
  gateway: GatewayStreams | undefined;
  reconcile(requestId: string): Promise<unknown>;
  log: Logger;
}

/** See `Runvoy.process`: what a notification says is only a hint of where to look. */
export function createProcess(dependencies: ProcessDependencies): Runvoy['process'] {
  const { provider, executions, ingest, gateway, reconcile, log } = dependencies;
  return async (raw, requestId, options: ProcessOptions = {}) => {
    const { deadline = Number.POSITIVE_INFINITY, afterAnswer = runNow(log) } = options;
    const events = await provider.decode(raw, { requestId });
    /** Executions of which viewers may have something to see. */
    const changed = new Set<string>();
    let unknownTasks = 0;
    for (const event of events) {
      switch (event.type) {
        case 'task-changed': {
          const execution = await executions.refresh(event.task, requestId);
          if (execution) {
            changed.add(execution.execution_id);
            break;
          }
          unknownTasks++;
          log.warn({ request_id: requestId, task: event.task }, 'an event names a task without a record');
          break;
        }
        case 'log-lines':
          if (await ingest.append(event.executionId, event.lines, { requestId })) changed.add(event.executionId);
          else unknownTasks++;
          break;
        case 'socket-opened':
          if (gateway) afterAnswer(await gateway.open(event, requestId, deadline));
          break;
        case 'socket-closed':
          await gateway?.closed(event.connection, requestId);
          break;
        case 'reconcile':
          await reconcile(requestId);
          break;
      }
    }
    if (gateway) for (const id of changed) await gateway.deliver(id, requestId, deadline);
    return { events: events.length, unknownTasks };
  };
}

/** For a process that goes on after it has answered. */
const runNow =
  (log: Logger): NonNullable<ProcessOptions['afterAnswer']> =>
  (work) => {
    work().catch((error: unknown) => log.error({ error }, 'what should follow an answer failed'));
  };
