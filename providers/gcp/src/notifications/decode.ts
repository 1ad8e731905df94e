import type { CallOptions, ProviderEvent } from '@runvoy/core/provider';
import { RunvoyError } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import { type Entry, lineOf } from '../logs/log-entry.ts';
import type { EndRemarks } from '../tasks/end-remarks.ts';
import { isExecutionName } from '../tasks/names.ts';
import type { TaskIndex } from '../tasks/task-index.ts';
import { type Fields, isFields, malformed, textOf } from './malformed.ts';
import { reconcileType, unwrap } from './unwrap.ts';

const executionLabel = 'run.googleapis.com/execution_name';

export interface DecodeParts {
  config: GcpConfig;
  index: TaskIndex;
  remarks: EndRemarks;
}

/** Events of the notifications of Google Cloud, all of which carry LogEntries but for our own request to reconcile. */
export async function decode(parts: DecodeParts, raw: unknown, call?: CallOptions): Promise<ProviderEvent[]> {
  const events: ProviderEvent[] = [];
  for (const content of unwrap(raw)) {
    if (content.type === reconcileType) events.push({ type: 'reconcile' });
    else if ('logName' in content) append(events, await eventOf(parts, content, call));
  }
  return events;
}

/** Lines of one execution become one event. */
function append(events: ProviderEvent[], event: ProviderEvent | undefined): void {
  const last = events.at(-1);
  if (event?.type === 'log-lines' && last?.type === 'log-lines' && last.executionId === event.executionId)
    last.lines.push(...event.lines);
  else if (event) events.push(event);
}

async function eventOf(
  { config, index, remarks }: DecodeParts,
  entry: Fields,
  call: CallOptions | undefined,
): Promise<ProviderEvent | undefined> {
  const logId = textOf(entry, 'logName', 'entry').replace(/^.*\/logs\//, '');
  const isOutput = /^run\.googleapis\.com(?:%2F|\/)std(?:out|err)$/.test(logId);
  const isChange = /^cloudaudit\.googleapis\.com(?:%2F|\/)system_event$/.test(logId);
  if (!isOutput && !isChange) return undefined;
  const executionName = executionNameOf(entry);
  // Of another deployment in this project, or of none.
  if (!isExecutionName(config, executionName)) return undefined;
  if (isChange) return { type: 'task-changed', task: { ref: executionName } };
  const plain = plainEntry(entry, executionName);
  const executionId = await index.executionIdOf(executionName, call);
  if (executionId === undefined)
    throw new RunvoyError('NOT_FOUND', `no run is known of the Cloud Run execution ${executionName}`, {
      field: 'labels',
    });
  const line = lineOf(plain, executionId);
  remarks.notice(executionId, line.text);
  return { type: 'log-lines', executionId, lines: [line] };
}

function executionNameOf({ labels }: Fields): string {
  if (!isFields(labels)) throw malformed('the labels of the entry must be an object', 'entry.labels');
  return textOf(labels, executionLabel, 'entry.labels');
}

function plainEntry(entry: Fields, executionName: string): Entry {
  const { textPayload, jsonPayload, severity, split } = entry;
  const time = Date.parse(textOf(entry, 'timestamp', 'entry'));
  if (Number.isNaN(time)) throw malformed('the timestamp of the entry is no time', 'entry.timestamp');
  if (textPayload !== undefined && (typeof textPayload !== 'string' || textPayload.includes('\n')))
    throw malformed('the payload of the entry must be one line of text', 'entry.textPayload');
  if (severity !== undefined && typeof severity !== 'string')
    throw malformed('the severity of the entry must be a text', 'entry.severity');
  return {
    insertId: textOf(entry, 'insertId', 'entry'),
    time,
    logName: String(entry.logName),
    executionName,
    ...(textPayload !== undefined && { textPayload }),
    ...(jsonPayload !== undefined && { jsonPayload }),
    ...(severity !== undefined && { severity }),
    ...(split !== undefined && { split: splitOf(split) }),
  };
}

function splitOf(split: unknown): { index: number; totalSplits: number } {
  if (!isFields(split)) throw malformed('the split of the entry must be an object', 'entry.split');
  const { index = 0, totalSplits = 0 } = split;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(totalSplits))
    throw malformed('the split of the entry must say which piece it is', 'entry.split');
  return { index: index as number, totalSplits: totalSplits as number };
}
