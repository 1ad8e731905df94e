import { signal } from '@preact/signals';
import type { ExecutionStatusResponse } from '../../src/api/index.ts';
import { isRunvoyError } from '../../src/contract/errors.ts';
import { isFinal } from '../../src/executions/is-final.ts';
import { describeEnding } from './endings.ts';
import { shortId } from './format.ts';
import { logsPath } from './navigation.ts';
import { client } from './session.ts';
import { toast } from './toasts.ts';

const pauseMilliseconds = 2000;

/** Executions whose end somebody wants to be told. */
export const waits = signal<ReadonlySet<string>>(new Set());

export function toggleWait(executionId: string): void {
  if (remove(executionId)) return;
  waits.value = new Set(waits.value).add(executionId);
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission();
  void wait(executionId);
}

async function wait(executionId: string): Promise<void> {
  while (waits.peek().has(executionId)) {
    try {
      const status = await client.peek().executionStatus(executionId);
      if (isFinal(status.status) && remove(executionId)) tell(status);
    } catch (error) {
      // A server that is away is waited for; a refusal stays one.
      if (isRunvoyError(error) && error.status !== undefined && error.status < 500 && remove(executionId))
        toast(`${shortId(executionId)}: ${error.message}`, { kind: 'bad' });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}

function remove(executionId: string): boolean {
  const next = new Set(waits.peek());
  const was = next.delete(executionId);
  waits.value = next;
  return was;
}

function tell(status: ExecutionStatusResponse): void {
  const text = `${shortId(status.execution_id)}: ${describeEnding(status).title}`;
  toast(text, { kind: status.status === 'SUCCEEDED' ? 'good' : 'bad', href: logsPath(status.execution_id) });
  if ('Notification' in window && Notification.permission === 'granted' && document.hidden)
    new Notification(text, { body: status.command, tag: status.execution_id });
}
