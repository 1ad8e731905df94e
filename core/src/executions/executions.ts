import { setTimeout as delay } from 'node:timers/promises';
import { mapBounded } from '../concurrency/map-bounded.ts';
import { isRunvoyError } from '../contract/errors.ts';
import type { CallOptions, Logger, Provider } from '../contract/plugin.ts';
import type { Access, Executions, Images, SecretStore } from '../services.ts';
import { activeExecutions } from './active-executions.ts';
import { createChangeFeed } from './change-feed.ts';
import type { DrainOptions } from './drain.ts';
import { isFinal } from './is-final.ts';
import { listExecutions } from './list.ts';
import { createRecordKeeper } from './record-keeper.ts';
import { createStopping } from './stopping.ts';
import { createStreamAccess } from './stream-access.ts';
import { submit } from './submit.ts';

export interface ExecutionsDependencies {
  provider: Provider;
  access: Access;
  images: Images;
  secrets: SecretStore;
  log: Logger;
  now(): number;
  defaultTimeoutSeconds: number;
  isRevoked(email: string, call: CallOptions): Promise<boolean>;
  gaps: Pick<DrainOptions, 'fillGaps' | 'sawEnd'>;
  /** See `DrainOptions`. */
  maximumWaitSeconds?: number | undefined;
  sleep?(milliseconds: number): Promise<void>;
}

/** A record that has not ended is compared with the cloud when it is read, at most this often by one process. */
const staleMilliseconds = 10_000;
/** Executions that are compared with the cloud at once. */
const refreshConcurrency = 16;

/** Runs and their records. */
export function createExecutions(dependencies: ExecutionsDependencies): Executions {
  const { provider, log, now, sleep = delay } = dependencies;
  const { store, logs } = provider;
  const feed = createChangeFeed();
  const keeper = createRecordKeeper({ ...dependencies, sleep, publish: feed.publish });
  const { stop, chase } = createStopping({ provider, now, publish: feed.publish });
  /** When each record that had not ended was last compared with the cloud. */
  const lookedAt = new Map<string, number>();

  const observe: typeof keeper.observe = async (record, call) => {
    lookedAt.set(record.execution_id, now());
    const observed = await keeper.observe(record, call);
    if (isFinal(observed.execution.status)) lookedAt.delete(record.execution_id);
    return observed;
  };

  /** `always`: for what a start waits for, which only the cloud knows. */
  async function status(executionId: string, call: CallOptions, { always }: { always: boolean }) {
    const record = await keeper.find(executionId, call);
    if (isFinal(record.status)) return { execution: record };
    const isStale = now() - (lookedAt.get(executionId) ?? 0) >= staleMilliseconds;
    if (!isStale && !(always && record.status === 'STARTING')) return { execution: record };
    try {
      return await observe(record, call);
    } catch (error) {
      log.warn({ request_id: call.requestId, execution_id: executionId, error }, 'could not compare with the cloud');
      return { execution: record };
    }
  }

  return {
    ...createStreamAccess({ ...dependencies, store }),

    async run(input, context) {
      const failStart: Parameters<typeof submit>[0]['failStart'] = async (record, error, call) => {
        const detail = error.remedy ? `${error.message}. ${error.remedy}` : error.message;
        await keeper.apply(record, { phase: 'ended', reason: 'start-failed', endedAt: now(), detail }, call);
      };
      const execution = await submit({ ...dependencies, failStart }, input, context);
      if (!isFinal(execution.status)) lookedAt.set(execution.execution_id, now());
      feed.publish(execution);
      return execution;
    },

    list: (query, context) => listExecutions(store, query, context),

    async get(executionId, context) {
      return (await status(executionId, context, { always: false })).execution;
    },

    status: (executionId, context) => status(executionId, context, { always: true }),

    async kill(executionId, context) {
      // A caller who goes away does not take his stop back.
      const call = { requestId: context.requestId };
      const { execution } = await status(executionId, call, { always: false });
      return stop(execution, { stop_cause: 'user', stopped_by: context.principal.email }, call);
    },

    logs: (executionId, options, context) => logs.read(executionId, options, context),

    async refresh(task, requestId) {
      const call = { requestId };
      // Two notifications tell of an end, that of the task and that of its output, often at once.
      const finishing = 'executionId' in task ? keeper.finishing(task.executionId) : undefined;
      if (finishing) return finishing;
      const record =
        'executionId' in task
          ? await store.get('executions', task.executionId, call)
          : (await store.query('executions', { index: 'task', match: { task_ref: task.ref }, limit: 1 }, call))[0];
      if (!record || isFinal(record.status)) return record;
      return (await observe(record, call)).execution;
    },

    async follow(record, requestId) {
      return (await observe(record, { requestId })).execution;
    },

    async refreshActive(requestId) {
      const call = { requestId };
      const records = await activeExecutions(store, call);
      const active = new Set(records.map(({ execution_id }) => execution_id));
      for (const id of lookedAt.keys()) if (!active.has(id)) lookedAt.delete(id);
      const changed: string[] = [];
      await mapBounded(records, refreshConcurrency, async (record) => {
        try {
          const { execution } = await observe(record, call);
          if (execution.status !== record.status) changed.push(record.execution_id);
          if (!isFinal(execution.status)) await chase(execution, call);
        } catch (error) {
          const code = isRunvoyError(error) ? error.code : 'INTERNAL_ERROR';
          log.error({ request_id: requestId, execution_id: record.execution_id, code, error }, 'could not refresh');
        }
      });
      return { checked: records.length, changed };
    },

    onChange: feed.subscribe,
  };
}
