import { gunzipSync } from 'node:zlib';
import { type CallOptions, type ProviderEvent, RunvoyError } from '@runvoy/core/provider';
import type { CloudEvent } from '../clients/cloudwatch.ts';
import { linesOf, parseStream } from '../logs/task-log.ts';
import type { Causes } from '../tasks/causes.ts';
import { runnerName } from '../tasks/definition.ts';
import { lastPart } from '../tasks/ecs.ts';
import type { TaskIds } from '../tasks/task-ids.ts';

export interface DecodeOptions {
  taskIds: TaskIds;
  causes: Causes;
  /** Name of the cluster whose tasks are ours. */
  cluster: string;
  logGroup: string;
}

type Fields = Record<string, unknown>;

/** CloudWatch's batches have at most 1 MB; what they unpack to is bounded so that nothing else can fill the memory. */
const maximumUnpackedBytes = 64 * 1024 * 1024;

/** What invokes the event processor, told apart as upstream does: EventBridge, a log subscription, the socket API. */
export async function decode(raw: unknown, options: DecodeOptions, call?: CallOptions): Promise<ProviderEvent[]> {
  if (!isFields(raw)) return [];
  if (isText(raw.source) && isText(raw['detail-type'])) return decodeBusEvent(raw, options);
  if (isFields(raw.awslogs)) return decodeLogs(raw.awslogs, options, call);
  if (isFields(raw.requestContext) && isText(raw.requestContext.routeKey)) return decodeSocket(raw, raw.requestContext);
  return [];
}

function decodeBusEvent(event: Fields, { taskIds, cluster }: DecodeOptions): ProviderEvent[] {
  const { source, detail } = event;
  switch (event['detail-type']) {
    case 'ECS Task State Change': {
      if (source !== 'aws.ecs') return [];
      if (!isFields(detail)) throw malformed('detail');
      const { taskArn, clusterArn, startedBy, lastStatus, desiredStatus } = detail;
      if (!isText(taskArn) || !taskArn.includes('/')) throw malformed('detail.taskArn');
      if (isText(clusterArn) && lastPart(clusterArn) !== cluster) return [];
      const taskId = lastPart(taskArn);
      if (taskId === '') throw malformed('detail.taskArn');
      const executionId = isText(startedBy) ? startedBy : taskId;
      taskIds.remember(executionId, taskId);
      // It is being stopped, and an event of its own tells when that is done.
      if (lastStatus === 'RUNNING' && desiredStatus === 'STOPPED') return [];
      return [{ type: 'task-changed', task: { executionId } }];
    }
    case 'Scheduled Event': {
      if (source !== 'aws.events' || !isFields(detail) || detail.runvoy_event === undefined) return [];
      if (detail.runvoy_event !== 'health_reconcile') throw malformed('detail.runvoy_event');
      return [{ type: 'reconcile' }];
    }
    default:
      return [];
  }
}

async function decodeLogs(
  { data }: Fields,
  { taskIds, causes, logGroup }: DecodeOptions,
  call?: CallOptions,
): Promise<ProviderEvent[]> {
  if (!isText(data)) throw malformed('awslogs.data');
  const batch = unpack(data);
  if (batch.messageType === 'CONTROL_MESSAGE' || (isText(batch.logGroup) && batch.logGroup !== logGroup)) return [];
  if (!isText(batch.logStream)) throw malformed('awslogs.data: logStream');
  const stream = parseStream(batch.logStream);
  if (!stream) return [];
  if (!Array.isArray(batch.logEvents)) throw malformed('awslogs.data: logEvents');
  const events = batch.logEvents.map(toEvent);
  const executionId = await taskIds.executionOf(stream.taskId, call);
  const messages = stream.container === runnerName ? events.map(({ message }) => message) : [];
  // With the last lines here a run that has ended can be recorded as such; the end of one that has not is told later.
  const isLast = await causes.note(executionId, messages, call);
  const isEnd = isLast && (await taskIds.isOver(stream.taskId, call));
  const lines = linesOf(stream.container, events);
  return [
    ...(lines.length > 0 ? [{ type: 'log-lines' as const, executionId, lines }] : []),
    ...(isEnd ? [{ type: 'task-changed' as const, task: { executionId } }] : []),
  ];
}

function decodeSocket(event: Fields, context: Fields): ProviderEvent[] {
  const { routeKey, connectionId, identity } = context;
  if (routeKey !== '$connect' && routeKey !== '$disconnect') return [];
  if (!isText(connectionId)) throw malformed('requestContext.connectionId');
  if (routeKey === '$disconnect') return [{ type: 'socket-closed', connection: connectionId }];
  const query = event.queryStringParameters ?? {};
  if (!isFields(query) || !Object.values(query).every((value) => typeof value === 'string'))
    throw malformed('queryStringParameters');
  const address = isFields(identity) ? identity.sourceIp : undefined;
  return [
    {
      type: 'socket-opened',
      connection: connectionId,
      query: query as Record<string, string>,
      ...(isText(address) && { clientAddress: address }),
    },
  ];
}

function unpack(data: string): Fields {
  try {
    const text = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: maximumUnpackedBytes }).toString();
    const batch: unknown = JSON.parse(text);
    if (isFields(batch)) return batch;
  } catch {
    // Not gzip, or not JSON: told below, without what it contained.
  }
  throw malformed('awslogs.data');
}

function toEvent(event: unknown): CloudEvent {
  if (!isFields(event)) throw malformed('awslogs.data: logEvents');
  const { id, timestamp, message } = event;
  if (!isText(id) || typeof timestamp !== 'number' || !Number.isFinite(timestamp) || typeof message !== 'string')
    throw malformed('awslogs.data: logEvents');
  return { id, time: timestamp, message };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const malformed = (field: string) =>
  new RunvoyError('INVALID_REQUEST', `a notification of a known kind lacks ${field}, or it is of the wrong type`, {
    field,
    remedy: 'Send notifications as AWS makes them.',
  });
