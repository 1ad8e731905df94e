import type { FilterLogEventsRequest, FilterLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../wire/service.ts';
import { eventBytes, maximumBatchBytes } from './batches.ts';
import { findGroup, findStream, invalid, readToken, writeToken } from './errors.ts';
import { checkPattern, matches } from './filter-pattern.ts';

const maximumEvents = 10_000;

/** Pages of at most 10,000 events and 1 MB, by time. A page may be empty and have a token all the same. */
export function filterLogEvents(input: FilterLogEventsRequest, { deployment }: Call): FilterLogEventsResponse {
  const { filterPattern = '', limit = maximumEvents, startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
  const { logStreamNames, logStreamNamePrefix } = input;
  const group = findGroup(deployment, input);
  if (logStreamNames && logStreamNamePrefix)
    throw invalid('logStreamNames and logStreamNamePrefix cannot both be given.');
  if (logStreamNames && (logStreamNames.length < 1 || logStreamNames.length > 100))
    throw invalid('logStreamNames must have 1 to 100 elements.');
  if (limit < 1 || limit > maximumEvents) throw invalid('limit must be between 1 and 10000.');
  if (startTime > endTime) throw invalid('startTime must not be after endTime.');
  checkPattern(filterPattern);
  const streams = logStreamNames
    ? logStreamNames.map((name) => findStream(group, name))
    : [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''));
  const all = streams
    .flatMap((stream) => deployment.logs.visible(group, stream).map((event) => ({ event, stream })))
    .filter(({ event }) => event.timestamp >= startTime && event.timestamp <= endTime)
    .sort(({ event: one }, { event: other }) => one.timestamp - other.timestamp || (one.id < other.id ? -1 : 1));

  const start = readToken(input.nextToken);
  const events: NonNullable<FilterLogEventsResponse['events']> = [];
  let bytes = 0;
  let position = start;
  for (; position < all.length && events.length < limit; position++) {
    const { event, stream } = all[position]!;
    bytes += eventBytes(event.message);
    if (bytes > maximumBatchBytes && position > start) break;
    if (!matches(filterPattern, event.message)) continue;
    const { id: eventId, timestamp, message, ingestionTime } = event;
    events.push({ logStreamName: stream.name, timestamp, message, ingestionTime, eventId });
  }
  return {
    events,
    searchedLogStreams: [],
    ...(position < all.length ? { nextToken: writeToken(position) } : {}),
  };
}
