import type { ExecutionDocument } from '../contract/collections.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import { handleOf } from './task-handle.ts';

export interface StoppingDependencies {
  provider: Provider;
  now(): number;
  publish(execution: ExecutionDocument): void;
}

/** Beyond its timeout, before core stops a task whose provider should have. */
const timeoutGraceMilliseconds = 60_000;

/** Ends tasks that have not ended by themselves. */
export function createStopping({ provider, now, publish }: StoppingDependencies) {
  const { store, tasks, capabilities } = provider;
  const graceMilliseconds = capabilities.timeouts === true ? timeoutGraceMilliseconds : 0;

  /** The intent first, then the deed: a stop that fails half-way is made good by `chase`. `undefined`: nothing to stop. */
  async function stop(
    { execution_id }: ExecutionDocument,
    cause: { stop_cause: 'user' | 'timeout'; stopped_by?: string },
    call: CallOptions,
  ): Promise<ExecutionDocument | undefined> {
    const set = { status: 'TERMINATING' as const, ...cause, modified_by_request_id: call.requestId };
    const when = { status: ['STARTING', 'RUNNING'] as const };
    const updated = await store.update('executions', execution_id, { set, when }, call);
    if (!updated) return undefined;
    publish(updated);
    await tasks.stop(handleOf(updated), call);
    return updated;
  }

  /** What no event may ever tell: a task over its time, a stop that got lost on its way. */
  async function chase(execution: ExecutionDocument, call: CallOptions): Promise<void> {
    const { status, running_at, timeout_seconds } = execution;
    if (status === 'TERMINATING') return tasks.stop(handleOf(execution), call);
    if (running_at === undefined || timeout_seconds === undefined) return;
    const isOver = now() >= running_at + timeout_seconds * 1000 + graceMilliseconds;
    if (isOver) await stop(execution, { stop_cause: 'timeout' }, call);
  }

  return { stop, chase };
}
