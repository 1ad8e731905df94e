import { type ProviderEvent, RunvoyError } from '../../src/provider.ts';

/** Reference of `decode`: events come ready-made, as `{ type: 'memory', event }`. */
export function decodeMemoryEvent(raw: unknown): ProviderEvent[] {
  if (!isObject(raw) || raw.type !== 'memory') return [];
  const event = raw.event;
  if (!isObject(event)) throw malformed('event');
  switch (event.type) {
    case 'task-changed': {
      const task = event.task;
      if (!isObject(task) || (!isText(task.executionId) && !isText(task.ref))) throw malformed('event.task');
      break;
    }
    case 'log-lines':
      if (!isText(event.executionId)) throw malformed('event.executionId');
      if (!Array.isArray(event.lines) || !event.lines.every(isLine)) throw malformed('event.lines');
      break;
    case 'socket-opened':
      if (!isText(event.connection)) throw malformed('event.connection');
      if (!isObject(event.query)) throw malformed('event.query');
      break;
    case 'socket-closed':
      if (!isText(event.connection)) throw malformed('event.connection');
      break;
    case 'reconcile':
      break;
    default:
      return [];
  }
  return [event as ProviderEvent];
}

function isLine(line: unknown): boolean {
  return (
    isObject(line) &&
    isText(line.id) &&
    Number.isFinite(line.time) &&
    typeof line.text === 'string' &&
    !line.text.includes('\n') &&
    ['stdout', 'stderr', 'system'].includes(line.stream as string)
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function malformed(field: string): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', `malformed notification: ${field} is missing or of the wrong type`, {
    field,
  });
}
