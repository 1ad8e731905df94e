import type { DatabaseSync } from 'node:sqlite';
import { type CallOptions, type ProviderEvent, RunvoyError } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { SupervisorClient } from './supervisor/client.ts';
import { selectLive } from './tasks/task-database.ts';
import type { TaskRow } from './tasks/task-state.ts';

const type = 'local.task-changed';
const reconnectMs = 1000;

/** The supervisor's notices, as notifications of a cloud. */
export async function listen(
  database: DatabaseSync,
  supervisor: SupervisorClient,
  lifecycle: Lifecycle,
  deliver: (raw: unknown) => Promise<void>,
  call: CallOptions,
): Promise<void> {
  lifecycle.enter(call);
  const tell = (execution: string) => void deliver({ type, execution_id: execution }).catch(() => {});
  const over = AbortSignal.any([lifecycle.closed, ...(call.signal ? [call.signal] : [])]);
  const stopped = Promise.withResolvers<void>();
  let retry: NodeJS.Timeout | undefined;
  const stayConnected = (running: string[]) => {
    supervisor.connect().then(
      // A supervisor that died ended them, and there was nobody whom its successor could have told.
      () => running.forEach(tell),
      () => {
        if (!over.aborted) retry = setTimeout(stayConnected, reconnectMs, running);
      },
    );
  };
  const forgetTasks = supervisor.onTask(tell);
  const forgetLoss = supervisor.onLoss(() => {
    if (over.aborted) return;
    stayConnected((database.prepare(selectLive).all() as unknown as TaskRow[]).map((row) => row.execution));
  });
  over.addEventListener('abort', () => stopped.resolve(), { once: true });
  stayConnected([]);
  await stopped.promise;
  clearTimeout(retry);
  forgetTasks();
  forgetLoss();
}

export function decode(raw: unknown): ProviderEvent[] {
  if (typeof raw !== 'object' || raw === null || !('type' in raw) || raw.type !== type) return [];
  const executionId = 'execution_id' in raw ? raw.execution_id : undefined;
  if (typeof executionId !== 'string' || executionId === '') {
    throw new RunvoyError('INVALID_REQUEST', `a notification ${type} needs a text`, { field: 'execution_id' });
  }
  return [{ type: 'task-changed', task: { executionId } }];
}
