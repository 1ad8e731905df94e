import type { ProviderEvent } from '@runvoy/core/provider';
import { ok } from '../../expect.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Fails unless these are events as core acts on them. */
export function validEvents(events: unknown, what: string): asserts events is ProviderEvent[] {
  ok(Array.isArray(events), `${what}: a list of events`);
  for (const event of events as ProviderEvent[])
    ok(isValid(event), `${what}: an event of the contract: ${JSON.stringify(event)}`);
}

function isValid(event: ProviderEvent): boolean {
  switch (event?.type) {
    case 'task-changed':
      return 'executionId' in event.task ? isText(event.task.executionId) : isText(event.task.ref);
    case 'log-lines':
      return isText(event.executionId) && event.lines.every(isLine);
    case 'socket-opened':
      return isText(event.connection) && Object.values(event.query).every((value) => typeof value === 'string');
    case 'socket-closed':
      return isText(event.connection);
    case 'reconcile':
      return true;
    default:
      return false;
  }
}

function isLine({ id, time, stream, text }: { id: string; time: number; stream: string; text: string }): boolean {
  const isKnown = stream === 'stdout' || stream === 'stderr' || stream === 'system';
  return isText(id) && Number.isFinite(time) && isKnown && typeof text === 'string' && !text.includes('\n');
}
