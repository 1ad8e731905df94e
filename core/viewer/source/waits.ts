import { signal } from '@preact/signals';
import { describeEnding, isFinal } from './endings.ts';
import { shortId } from './format.ts';
import { logsPath } from './navigation.ts';
import { client } from './session.ts';
import { toast } from './toasts.ts';

const pauseMilliseconds = 2000;

/** Executions whose end somebody wants to be told. */
export const waits = signal<ReadonlySet<string>>(new Set());

export function toggleWait(executionId: string): void {
  const next = new Set(waits.value);
  if (next.delete(executionId)) {
    waits.value = next;
    return;
  }
  waits.value = next.add(executionId);
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission();
  void wait(executionId);
}

async function wait(executionId: string): Promise<void> {
  while (waits.peek().has(executionId)) {
    const status = await client
      .peek()
      .executionStatus(executionId)
      .catch(() => undefined);
    if (status && isFinal(status.status) && waits.peek().has(executionId)) {
      const next = new Set(waits.peek());
      next.delete(executionId);
      waits.value = next;
      const { title } = describeEnding(status);
      const text = `${shortId(executionId)}: ${title}`;
      toast(text, { kind: status.status === 'SUCCEEDED' ? 'good' : 'bad', href: logsPath(executionId) });
      if ('Notification' in window && Notification.permission === 'granted' && document.hidden)
        new Notification(text, { body: status.command, tag: executionId });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}
