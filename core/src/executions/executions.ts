import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { mapBounded } from '../concurrency/map-bounded.ts';
import type { ExecutionDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Logger, Provider } from '../contract/plugin.ts';
import type { TaskState } from '../contract/tasks.ts';
import type { Access, Executions, Images, Principal, SecretStore } from '../services.ts';
import { activeExecutions } from './active-executions.ts';
import { createChangeFeed } from './change-feed.ts';
import { drain } from './drain.ts';
import { listExecutions } from './list.ts';
import { fold, isFinal, reasonOfAbsence } from './reducer.ts';
import { signStreamToken, verifyStreamToken } from './stream-token.ts';
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
  /** See `DrainOptions`. */
  fillGaps(executionId: string, call: CallOptions): Promise<void>;
  sleep?(milliseconds: number): Promise<void>;
}

/** A record that has not ended is compared with the cloud when it is read, at most this often by one process. */
const staleMilliseconds = 10_000;
/** Executions that are compared with the cloud at once. */
const refreshConcurrency = 16;
/** Beyond its timeout, before core stops a task whose provider should have. */
const timeoutGraceMilliseconds = 60_000;

/** Runs, their records, and the one path by which a record follows the truth. */
export function createExecutions(dependencies: ExecutionsDependencies): Executions {
  const { provider, log, now, sleep = delay } = dependencies;
  const { store, tasks, logs } = provider;
  const feed = createChangeFeed();
  const lookedAt = new Map<string, number>();
  const finishing = new Map<string, Promise<ExecutionDocument>>();

  async function find(executionId: string, call: CallOptions): Promise<ExecutionDocument> {
    const execution = await store.get('executions', executionId, call);
    if (execution) return execution;
    throw new RunvoyError('NOT_FOUND', 'execution not found', {
      field: 'execution_id',
      remedy: 'List the executions that there are with GET /api/v1/executions.',
    });
  }

  const handleOf = (execution: ExecutionDocument) => ({
    executionId: execution.execution_id,
    ...(execution.task_ref !== undefined && { ref: execution.task_ref }),
  });

  /** Folds until the write meets the record it was computed from; that ends, since every write moves the status on. */
  async function apply(record: ExecutionDocument, state: TaskState, call: CallOptions): Promise<ExecutionDocument> {
    for (let current = record; ; ) {
      const changes = fold(current, state, now());
      if (!changes) return current;
      if (changes.status && isFinal(changes.status)) return finish(current, changes, state, call);
      const updated = await store.update(
        'executions',
        current.execution_id,
        {
          set: { ...changes, modified_by_request_id: call.requestId },
          when: { status: current.status },
        },
        call,
      );
      if (updated) return publish(updated);
      current = await find(current.execution_id, call);
    }
  }

  function finish(
    record: ExecutionDocument,
    changes: Partial<ExecutionDocument>,
    state: TaskState,
    call: CallOptions,
  ): Promise<ExecutionDocument> {
    const id = record.execution_id;
    const running = finishing.get(id);
    if (running) return running;
    const finished = (async () => {
      const reason = state.phase === 'ended' ? state.reason : reasonOfAbsence(record);
      const drained = await drain(provider, id, reason, { fillGaps: dependencies.fillGaps, now, sleep }, call);
      for (let current = record, final = changes; ; ) {
        const updated = await store.update(
          'executions',
          id,
          {
            set: {
              ...final,
              ...drained,
              modified_by_request_id: call.requestId,
            },
            when: { status: current.status },
          },
          call,
        );
        if (updated) return publish(updated);
        current = await find(id, call);
        const again = fold(current, state, now());
        if (!again) return current;
        final = again;
      }
    })();
    finishing.set(id, finished);
    const forget = () => {
      finishing.delete(id);
      lookedAt.delete(id);
    };
    finished.then(() => removeBundle(record, call), forget).then(forget);
    return finished;
  }

  async function removeBundle({ secrets_bundle }: ExecutionDocument, call: CallOptions): Promise<void> {
    if (secrets_bundle === undefined) return;
    try {
      await provider.secrets.remove(secrets_bundle, call);
    } catch (error) {
      // Health removes bundles of executions that are over.
      log.warn({ request_id: call.requestId, bundle: secrets_bundle, error }, 'could not remove the secrets of a run');
    }
  }

  function publish(execution: ExecutionDocument): ExecutionDocument {
    feed.publish(execution);
    return execution;
  }

  async function observe(
    record: ExecutionDocument,
    call: CallOptions,
  ): Promise<{ execution: ExecutionDocument; detail?: string }> {
    lookedAt.set(record.execution_id, now());
    const state = await tasks.inspect(handleOf(record), call);
    const execution = await apply(record, state, call);
    return {
      execution,
      ...(state.phase === 'pending' && state.detail !== undefined && { detail: state.detail }),
    };
  }

  async function status(executionId: string, call: CallOptions, always = false) {
    const record = await find(executionId, call);
    if (isFinal(record.status)) return { execution: record };
    const stale = now() - (lookedAt.get(executionId) ?? 0) >= staleMilliseconds;
    // What a start waits for is only known to the cloud.
    if (!stale && !(always && record.status === 'STARTING')) return { execution: record };
    try {
      return await observe(record, call);
    } catch (error) {
      log.warn({ request_id: call.requestId, execution_id: executionId, error }, 'could not compare with the cloud');
      return { execution: record };
    }
  }

  async function stop(
    record: ExecutionDocument,
    cause: { stop_cause: 'user' | 'timeout'; stopped_by?: string },
    call: CallOptions,
  ): Promise<ExecutionDocument | undefined> {
    const updated = await store.update(
      'executions',
      record.execution_id,
      {
        set: {
          status: 'TERMINATING',
          ...cause,
          modified_by_request_id: call.requestId,
        },
        when: { status: ['STARTING', 'RUNNING'] },
      },
      call,
    );
    if (!updated) return undefined;
    publish(updated);
    // If this fails the record says what was meant, and refreshActive asks again.
    await tasks.stop(handleOf(updated), call);
    return updated;
  }

  /** What no event may ever tell: a task over its time, a stop that got lost on its way. */
  async function chase(execution: ExecutionDocument, call: CallOptions): Promise<void> {
    if (execution.status === 'TERMINATING') {
      await tasks.stop(handleOf(execution), call);
      return;
    }
    if (execution.running_at === undefined || execution.timeout_seconds === undefined) return;
    const grace = provider.capabilities.timeouts === true ? timeoutGraceMilliseconds : 0;
    if (now() < execution.running_at + execution.timeout_seconds * 1000 + grace) return;
    await stop(execution, { stop_cause: 'timeout' }, call);
  }

  const executions: Executions = {
    async run(input, context) {
      const execution = await submit(
        {
          ...dependencies,
          failStart: async (record, error, call) => {
            const detail = error.remedy ? `${error.message}. ${error.remedy}` : error.message;
            await apply(
              record,
              {
                phase: 'ended',
                reason: 'start-failed',
                endedAt: now(),
                detail,
              },
              call,
            );
          },
        },
        input,
        context,
      );
      if (!isFinal(execution.status)) lookedAt.set(execution.execution_id, now());
      return publish(execution);
    },

    list: (query, context) => listExecutions(store, query, context),

    async get(executionId, context) {
      return (await status(executionId, context)).execution;
    },

    status: (executionId, context) => status(executionId, context, true),

    async kill(executionId, context) {
      const call = { requestId: context.requestId };
      const { execution } = await status(executionId, call);
      return stop(execution, { stop_cause: 'user', stopped_by: context.principal.email }, call);
    },

    logs: (executionId, options, context) => logs.read(executionId, options, context),

    async streamToken(execution, principal) {
      return signStreamToken({ ...execution, stream_key: await streamKey(execution) }, principal, now());
    },

    async openStream(executionId, token, requestId) {
      const call = { requestId };
      const execution = await store.get('executions', executionId, call);
      // A token and an execution that do not fit tell the caller nothing about which executions exist.
      if (!execution?.stream_key)
        throw new RunvoyError('UNAUTHORIZED', 'the stream token is not valid', {
          field: 'token',
        });
      const { email, role } = verifyStreamToken({ ...execution, stream_key: execution.stream_key }, token, now());
      if (await dependencies.isRevoked(email, call)) {
        throw new RunvoyError('API_KEY_REVOKED', 'API key has been revoked', {
          field: 'token',
          remedy: 'Ask an administrator to invite you again.',
        });
      }
      return { execution, principal: { email, role } satisfies Principal };
    },

    async refresh(task, requestId) {
      const call = { requestId };
      const record =
        'executionId' in task
          ? await store.get('executions', task.executionId, call)
          : (await store.query('executions', { index: 'task', match: { task_ref: task.ref }, limit: 1 }, call))[0];
      if (!record || isFinal(record.status)) return record;
      return (await observe(record, call)).execution;
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
  return executions;

  /** Records of upstream have none: it is added when first needed, by whoever comes first. */
  async function streamKey(execution: ExecutionDocument): Promise<string> {
    if (execution.stream_key !== undefined) return execution.stream_key;
    const proposed = randomBytes(24).toString('base64url');
    const updated = await store.update('executions', execution.execution_id, {
      set: { stream_key: proposed },
      when: { stream_key: null },
    });
    return updated?.stream_key ?? (await find(execution.execution_id, {})).stream_key ?? proposed;
  }
}
