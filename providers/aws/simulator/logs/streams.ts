import type {
  CreateLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { arnOf } from '../names.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { eventBytes, maximumBatchBytes, maximumBatchEvents } from './batches.ts';
import { findGroup, findStream, invalid, readToken, writeToken } from './errors.ts';

const hour = 3600_000;

export function createStream(input: CreateLogStreamRequest, { deployment }: Call) {
  const group = findGroup(deployment, input);
  const name = input.logStreamName!;
  if (!/^[^:*]{1,512}$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
    );
  if (group.streams.has(name))
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  deployment.logs.openStream(group.name, name);
  return {};
}

/** The limits of the PutLogEvents reference. Events that are too old or too new are left out, and said so. */
export function putEvents(input: PutLogEventsRequest, { deployment }: Call): PutLogEventsResponse {
  const group = findGroup(deployment, input);
  const stream = findStream(group, input.logStreamName!);
  const events = input.logEvents ?? [];
  const now = deployment.now();
  if (events.length === 0 || events.length > maximumBatchEvents)
    throw invalid('logEvents must have 1 to 10000 elements.');
  events.forEach(({ message = '', timestamp = 0 }, at) => {
    if (message === '')
      throw invalid(
        `1 validation error detected: Value '' at 'logEvents.${at + 1}.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1`,
      );
    if (at > 0 && timestamp < events[at - 1]!.timestamp!)
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  });
  if (events.at(-1)!.timestamp! - events[0]!.timestamp! > 24 * hour)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  const bytes = events.reduce((sum, { message }) => sum + eventBytes(message!), 0);
  if (bytes > maximumBatchBytes)
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${maximumBatchBytes}`);
  const oldest = now - 14 * 24 * hour;
  const newest = now + 2 * hour;
  const tooOld = events.findLastIndex(({ timestamp }) => timestamp! < oldest) + 1;
  const tooNew = events.findIndex(({ timestamp }) => timestamp! > newest);
  const good = events.slice(tooOld, tooNew === -1 ? undefined : tooNew);
  deployment.logs.write(
    group.name,
    stream.name,
    good.map(({ timestamp, message }) => ({ timestamp: timestamp!, message: message! })),
  );
  const rejected = {
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(tooNew === -1 ? {} : { tooNewLogEventStartIndex: tooNew }),
  };
  return {
    nextSequenceToken: deployment.random.text(56, '0123456789'),
    ...(Object.keys(rejected).length === 0 ? {} : { rejectedLogEventsInfo: rejected }),
  };
}

export function describeStreams(input: DescribeLogStreamsRequest, { deployment }: Call): DescribeLogStreamsResponse {
  const group = findGroup(deployment, input);
  const { logStreamNamePrefix, orderBy = 'LogStreamName', descending = false, limit = 50, nextToken } = input;
  if (limit < 1 || limit > 50) throw invalid('limit must be between 1 and 50.');
  if (orderBy === 'LastEventTime' && logStreamNamePrefix !== undefined)
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const described = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''))
    .map((stream) => {
      const events = deployment.logs.visible(group, stream);
      const times = events.map(({ timestamp }) => timestamp);
      return {
        logStreamName: stream.name,
        creationTime: stream.createdAt,
        ...(events.length === 0
          ? {}
          : {
              firstEventTimestamp: times.reduce((one, other) => Math.min(one, other)),
              lastEventTimestamp: times.reduce((one, other) => Math.max(one, other)),
              lastIngestionTime: events.at(-1)!.ingestionTime,
            }),
        arn: arnOf(deployment.names, 'logs', `log-group:${group.name}:log-stream:${stream.name}`),
        storedBytes: 0,
      };
    });
  const sortKey = (stream: (typeof described)[number]) =>
    orderBy === 'LastEventTime' ? (stream.lastEventTimestamp ?? 0) : stream.logStreamName;
  described.sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  if (descending) described.reverse();
  const start = readToken(nextToken);
  return {
    logStreams: described.slice(start, start + limit),
    ...(start + limit < described.length ? { nextToken: writeToken(start + limit) } : {}),
  };
}

/** Forward only: the same token again means that there is nothing more. */
export function getEvents(input: GetLogEventsRequest, { deployment }: Call): GetLogEventsResponse {
  const group = findGroup(deployment, input);
  const stream = findStream(group, input.logStreamName!);
  const { limit = 10_000, startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken } = input;
  if (limit < 1 || limit > 10_000) throw invalid('limit must be between 1 and 10000.');
  const all = deployment.logs
    .visible(group, stream)
    .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
  const start =
    nextToken === undefined ? (input.startFromHead ? 0 : Math.max(0, all.length - limit)) : readToken(nextToken);
  const events = all.slice(start, start + limit);
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: writeToken(start + events.length),
    nextBackwardToken: writeToken(Math.max(0, start - limit)),
  };
}
