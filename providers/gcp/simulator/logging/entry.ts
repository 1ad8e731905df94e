import { type Microseconds, rfc3339, timestamp } from '../cloud/time.ts';
import { complete, packAny } from '../wire/protos.ts';
import { type JsonObject, toStruct } from './struct.ts';

/** A LogEntry, as it rests. */
export interface Entry {
  /** `projects/{project}/logs/{log id, percent-encoded}`. */
  logName: string;
  resource: { type: string; labels: Record<string, string> };
  timestamp: Microseconds;
  receiveTimestamp: Microseconds;
  insertId: string;
  labels: Record<string, string>;
  /** Absent: DEFAULT. */
  severity?: string;
  textPayload?: string;
  jsonPayload?: JsonObject;
  /** With its `@type`. */
  protoPayload?: JsonObject;
  trace?: string;
  spanId?: string;
  traceSampled?: boolean;
  /** A piece of an entry that was too large. */
  split?: { uid: string; index: number; totalSplits: number };
}

/** A log's id as it stands in the name: `run.googleapis.com%2Fstdout`. */
export const logName = (project: string, id: string): string => `projects/${project}/logs/${encodeURIComponent(id)}`;

/** As a sink publishes it. Fields that are unset are absent. */
export function entryToJson(entry: Entry): JsonObject {
  const { timestamp: at, receiveTimestamp, labels, ...rest } = entry;
  return {
    ...rest,
    ...(Object.keys(labels).length > 0 && { labels }),
    timestamp: rfc3339(at),
    // Google's are of nanoseconds, and their last three digits are noise.
    receiveTimestamp: rfc3339(receiveTimestamp).replace('Z', '000Z'),
  } as JsonObject;
}

/** As ListLogEntries answers. */
export function entryToProto(entry: Entry): object {
  const { jsonPayload, protoPayload, split, severity = 'DEFAULT', ...rest } = entry;
  return {
    ...rest,
    severity,
    timestamp: timestamp(entry.timestamp),
    receiveTimestamp: timestamp(entry.receiveTimestamp),
    ...(split && { split }),
    ...(jsonPayload && { jsonPayload: toStruct(jsonPayload) }),
    // Its own message type is in no npm package: a Struct has the same fields.
    ...(protoPayload && {
      protoPayload: packAny(
        'logging',
        'google.protobuf.Struct',
        complete('logging', 'google.protobuf.Struct', toStruct(protoPayload)),
      ),
    }),
  };
}
