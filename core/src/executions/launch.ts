import type { ExecutionDocument } from '../contract/collections.ts';
import { type ErrorCode, isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import type { TaskSpec } from '../contract/tasks.ts';
import { fold } from './reducer.ts';

export interface LaunchDependencies {
  provider: Pick<Provider, 'store' | 'tasks'>;
  now(): number;
  /** Records that a task never started, and publishes it. */
  failStart(execution: ExecutionDocument, error: RunvoyError, call: CallOptions): Promise<void>;
}

/** With one of these the cloud has surely not started anything; after any other failure only `inspect` can tell. */
const surelyNotStarted: ReadonlySet<ErrorCode> = new Set([
  'INVALID_REQUEST',
  'UNSUPPORTED',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'PERMISSION_DENIED',
  'CAPACITY_EXCEEDED',
  'STORAGE_FULL',
  'THROTTLED',
]);

/** Starts the task of a record that is written, and notes its reference down. */
export async function launch(
  { provider, now, failStart }: LaunchDependencies,
  execution: ExecutionDocument,
  spec: TaskSpec,
  call: CallOptions,
): Promise<ExecutionDocument> {
  const { store, tasks } = provider;
  const { executionId } = spec;
  try {
    const { ref, state } = await tasks.start(spec, call);
    // A task that goes by the execution's own id needs no note of it; that it runs is told by the provider's notification.
    if (ref === executionId) return execution;
    const running = state?.phase === 'running' ? fold(execution, state, now()) : undefined;
    const set = { task_ref: ref, ...running };
    const attached = await store.update('executions', executionId, { set, when: { status: 'STARTING' } }, call);
    if (attached) return attached;
    // Seen running or finished meanwhile: then only the reference is news. Or stopped, by one who had no task to stop yet.
    const current = await store.update('executions', executionId, { set: { task_ref: ref } }, call);
    if (current?.status === 'TERMINATING') await tasks.stop({ executionId, ref }, call);
    return current ?? execution;
  } catch (error) {
    if (!isRunvoyError(error)) throw error;
    if (surelyNotStarted.has(error.code)) await failStart(execution, error, call);
    const { code, message, field, remedy, retryAfterSeconds } = error;
    throw new RunvoyError(code, `failed to start task: ${message} (execution ${executionId})`, {
      field,
      remedy,
      retryAfterSeconds,
      cause: error,
    });
  }
}
