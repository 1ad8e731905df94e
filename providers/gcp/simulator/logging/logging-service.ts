import type { protos } from '@google-cloud/logging';
import { invalidArgument, permissionDenied, resourceExhausted } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { microseconds } from '../cloud/time.ts';
import { firstPageToken, pageOf } from '../wire/page.ts';
import type { Method, Service } from '../wire/service.ts';
import { type Entry, entryToProto } from './entry.ts';
import { parseFilter } from './filter.ts';
import { fromStruct, type ProtoStruct } from './struct.ts';

type LogEntry = protos.google.logging.v2.ILogEntry;

const largestEntry = 256 * 1024;
const mostLabels = 64;
const minute = 60e6;
const day = 24 * 60 * minute;

const write: Method<protos.google.logging.v2.IWriteLogEntriesRequest, object> = {
  permission: () => 'logging.logEntries.create',
  resource: (request) => request.logName || request.entries?.[0]?.logName || '',
  handle(request, { project }) {
    const entries = (request.entries ?? []).map((entry) => received(project, request, entry));
    if (!request.dryRun) for (const entry of entries) project.logging.write(entry);
    return {};
  },
};

const list: Method<protos.google.logging.v2.IListLogEntriesRequest, object> = {
  permission: () => 'logging.logEntries.list',
  resource: ({ resourceNames }) => resourceNames?.[0] ?? '',
  handle(request, { project }) {
    countList(project);
    const { resourceNames = [], filter, orderBy, pageSize } = request;
    if (resourceNames!.some((name) => !new RegExp(`^projects/${project.id}(/|$)`).test(name)))
      throw permissionDenied('The caller does not have permission on all of resource_names');
    if (orderBy && !/^timestamp (asc|desc)$/.test(orderBy))
      throw invalidArgument(`order_by '${orderBy}' is invalid: use 'timestamp asc' or 'timestamp desc'`);
    if ((pageSize ?? 0) > 1000) throw invalidArgument('page_size must be at most 1000');
    const wanted = parseFilter(filter ?? '');
    const found = inOrder(project.logging.entries.filter(wanted));
    if (orderBy === 'timestamp desc') found.reverse();
    const pageToken = request.pageToken ?? '';
    const page = pageOf(found, { pageSize: pageSize || 50, pageToken });
    // It has searched for so long that it answers what it has found so far.
    if (project.cloud.random.chance(project.cloud.knobs.emptyLogPages))
      return { entries: [], nextPageToken: pageToken || firstPageToken };
    return { entries: page.items.map(entryToProto), nextPageToken: page.nextPageToken };
  },
};

const listLogs: Method<protos.google.logging.v2.IListLogsRequest, protos.google.logging.v2.IListLogsResponse> = {
  permission: () => 'logging.logs.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const names = [...new Set(project.logging.entries.map((entry) => entry.logName))].sort();
    const { items, nextPageToken } = pageOf(names, request);
    return { logNames: items, nextPageToken };
  },
};

/** `google.logging.v2.LoggingServiceV2`, without its stream of live entries. */
export const loggingService: Service = {
  package: 'logging',
  name: 'google.logging.v2.LoggingServiceV2',
  methods: { WriteLogEntries: write, ListLogEntries: list, ListLogs: listLogs },
};

/** Sixty a minute, and no way to get more: what makes the list useless for viewers. */
function countList(project: Project): void {
  const { recentLists } = project.logging;
  const now = project.cloud.clock.now();
  while (recentLists.length > 0 && recentLists[0]! <= now - minute) recentLists.shift();
  if (recentLists.length >= project.cloud.knobs.listLogEntriesPerMinute)
    throw resourceExhausted(
      `Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service 'logging.googleapis.com' for consumer 'project_number:${project.number}'.`,
    );
  recentLists.push(now);
}

/** By time, then by insertId; the same time and insertId is the same entry. */
function inOrder(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort(
    (left, right) => left.timestamp - right.timestamp || (left.insertId < right.insertId ? -1 : 1),
  );
  return sorted.filter((entry, at) => {
    const before = sorted[at - 1];
    return before?.insertId !== entry.insertId || before.timestamp !== entry.timestamp;
  });
}

function received(project: Project, request: protos.google.logging.v2.IWriteLogEntriesRequest, entry: LogEntry): Entry {
  const now = project.cloud.clock.now();
  const logName = entry.logName || request.logName || '';
  const resource = entry.resource ?? request.resource;
  if (!new RegExp(`^projects/${project.id}/logs/[A-Za-z0-9/_.%-]{1,512}$`).test(logName))
    throw invalidArgument(`log_name '${logName}' is invalid`);
  if (logName.includes('cloudaudit.googleapis.com'))
    throw permissionDenied('Log names that begin with cloudaudit.googleapis.com are reserved');
  if (!resource?.type) throw invalidArgument('A LogEntry must have a monitored resource');
  const labels = { ...request.labels, ...entry.labels };
  if (Object.keys(labels).length > mostLabels)
    throw invalidArgument(`A LogEntry can have at most ${mostLabels} labels`);
  const timestamp = entry.timestamp ? microseconds(entry.timestamp) : now;
  if (timestamp > now + day)
    throw invalidArgument('Log entries with timestamps more than 24 hours in the future are rejected');
  if (timestamp < now - 30 * day) throw invalidArgument('Log entries older than the retention period are rejected');
  const { textPayload, jsonPayload } = entry;
  const size = JSON.stringify(textPayload ?? jsonPayload ?? '').length;
  if (size > largestEntry) throw invalidArgument(`Log entry with size ${size} exceeds maximum size of ${largestEntry}`);
  return {
    logName,
    resource: { type: resource.type, labels: { project_id: project.id, ...resource.labels } },
    timestamp,
    receiveTimestamp: now,
    insertId: entry.insertId || project.logging.insertId(timestamp),
    labels,
    ...(entry.severity && entry.severity !== 'DEFAULT' && { severity: String(entry.severity) }),
    ...(typeof textPayload === 'string' && { textPayload }),
    ...(jsonPayload && { jsonPayload: fromStruct(jsonPayload as ProtoStruct) }),
    ...(entry.trace && { trace: entry.trace }),
    ...(entry.spanId && { spanId: entry.spanId }),
  };
}
