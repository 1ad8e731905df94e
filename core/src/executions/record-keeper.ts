import type { ExecutionDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Logger, Provider } from '../contract/plugin.ts';
import type { TaskState } from '../contract/tasks.ts';
import { type DrainOptions, drain } from './drain.ts';
import { isFinal } from './is-final.ts';
import type { Ended } from './outcome.ts';
import { fold, reasonOfAbsence } from './reducer.ts';
import { handleOf } from './task-handle.ts';

export interface RecordKeeperDependencies {
  provider: Provider;
  log: Logger;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  gaps: Pick<DrainOptions, 'fillGaps' | 'sawEnd'>;
  /** See `DrainOptions`. */
  maximumWaitSeconds?: number | undefined;
  /** Is told of every change that is written. */
  publish(execution: ExecutionDocument): void;
}

export interface RecordKeeper {
  /** Rejects with NOT_FOUND. */
  find(executionId: string, call: CallOptions): Promise<ExecutionDocument>;
  /** Asks the cloud for the truth, and writes what follows from it. `detail`: what a start waits for. */
  observe(
    record: ExecutionDocument,
    call: CallOptions,
  ): Promise<{ execution: ExecutionDocument; detail: string | undefined }>;
  /** The record to be, of an execution whose end is being written by this process. */
  finishing(executionId: string): Promise<ExecutionDocument> | undefined;
  /** Writes what follows from a truth that is known already. */
  apply(record: ExecutionDocument, state: TaskState, call: CallOptions): Promise<ExecutionDocument>;
}

/** The one path by which a record follows the truth: inspect, fold, and a write on the condition that nobody came between. */
export function createRecordKeeper(dependencies: RecordKeeperDependencies): RecordKeeper {
  const { provider, log, now, sleep, gaps, maximumWaitSeconds, publish } = dependencies;
  const { store, tasks } = provider;
  const finishing = new Map<string, Promise<ExecutionDocument>>();

  async function find(executionId: string, call: CallOptions): Promise<ExecutionDocument> {
    const execution = await store.get('executions', executionId, call);
    if (execution) return execution;
    throw new RunvoyError('NOT_FOUND', 'execution not found', {
      field: 'execution_id',
      remedy: 'List the executions that there are with GET /api/v1/executions.',
    });
  }

  /** `undefined`: the record is no longer the one that the changes were computed from. */
  async function write(
    record: ExecutionDocument,
    changes: Partial<ExecutionDocument>,
    call: CallOptions,
  ): Promise<ExecutionDocument | undefined> {
    const set = { ...changes, modified_by_request_id: call.requestId };
    const when = { status: record.status };
    const updated = await store.update('executions', record.execution_id, { set, when }, call);
    if (updated) publish(updated);
    return updated;
  }

  /** Folds until the write meets the record it was computed from; that ends, since every write moves the status on. */
  async function apply(record: ExecutionDocument, state: TaskState, call: CallOptions): Promise<ExecutionDocument> {
    for (let current = record; ; current = await find(record.execution_id, call)) {
      const changes = fold(current, state, now());
      if (!changes) return current;
      if (changes.status && isFinal(changes.status)) return finish(current, state, call);
      const updated = await write(current, changes, call);
      if (updated) return updated;
    }
  }

  /** However many see the end at once in this process, the log is drained once. */
  function finish(record: ExecutionDocument, state: TaskState, call: CallOptions): Promise<ExecutionDocument> {
    const id = record.execution_id;
    const running = finishing.get(id);
    if (running) return running;
    const finished = drainAndWrite(record, state, call).finally(() => finishing.delete(id));
    finishing.set(id, finished);
    return finished;
  }

  async function drainAndWrite(
    record: ExecutionDocument,
    state: TaskState,
    call: CallOptions,
  ): Promise<ExecutionDocument> {
    const { reason, endedAt, startedAt }: Omit<Ended, 'phase'> =
      state.phase === 'ended' ? state : { reason: reasonOfAbsence(record), endedAt: now() };
    // Only a stop may come before the command: all other ends say that it ran.
    const ran = reason !== 'stopped' || startedAt !== undefined || record.running_at !== undefined;
    // What failed to prepare the command has said why; where lines are deliveries, they may still be on their way.
    const mayHavePrinted = provider.receive !== undefined && startedAt !== undefined;
    const started = reason === 'start-failed' ? mayHavePrinted : ran;
    const end = { reason, endedAt, started };
    const options = {
      ...{ ...gaps, isBilled: provider.receive !== undefined, log, now, sleep },
      ...(maximumWaitSeconds !== undefined && { maximumWaitSeconds }),
    };
    const drained = await drain(provider, record.execution_id, end, options, call);
    for (let current = record; ; current = await find(record.execution_id, call)) {
      const changes = fold(current, state, now());
      const final = changes ? await write(current, { ...changes, ...drained }, call) : current;
      if (!final) continue;
      await removeBundle(final, call);
      return final;
    }
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

  return {
    find,
    apply,
    finishing: (executionId) => finishing.get(executionId),
    async observe(record, call) {
      const state = await tasks.inspect(handleOf(record), call);
      const execution = await apply(record, state, call);
      return { execution, detail: state.phase === 'pending' ? state.detail : undefined };
    },
  };
}
