import { hash } from 'node:crypto';
import type { LogLine, LogStream } from '@runvoy/core/provider';
import type { Row } from '../store/attribute.ts';

/**
 * The log buffer as upstream lays it out: a row a line under the execution's id, its sort key made of time and id, so that the same
 * line is the same row. Added to it: `seq`, the line's place in the order of arrival, and `stream`.
 *
 * What upstream does not know rests under a partition of its own, `<execution id>/index`, which its servers never ask for:
 * - `meta`: `next` (how many lines are there), `top_key` (the highest sort key of theirs), `ended`, and while somebody writes `writer`, `until`, `first_key`, `last_key`;
 * - `b#<place after its last line>`: a batch, with the first and last sort key of its lines, and the place of its first one.
 *
 * Lines with a place at or after `next` were written by somebody who did not get to the end; they do not exist.
 */
export interface Batch {
  /** Place of the first line. */
  start: number;
  /** Place after the last line. */
  end: number;
  firstKey: string;
  lastKey: string;
}

export interface PlacedLine {
  seq: number;
  time: number;
  stream: LogStream;
  text: string;
  continues: boolean;
}

/** As long as upstream keeps the log groups. Written with each row: one that gets its end only later may never get it. */
const lifeSeconds = 365 * 24 * 3600;
/** `expires_at` of what is written now. */
export const expiryOf = (now: number): number => Math.ceil(now / 1000) + lifeSeconds;

/** DynamoDB's sort keys have 1,024 bytes; CloudWatch's ids have 56 digits. */
const maximumIdBytes = 900;

export function lineKey({ id, time }: Pick<LogLine, 'id' | 'time'>): string {
  const stamp = String(Math.max(0, Math.floor(time))).padStart(13, '0');
  const short = Buffer.byteLength(id) <= maximumIdBytes ? id : `sha256-${hash('sha256', id, 'hex')}`;
  return `${stamp}#${short}`;
}

export const indexPartition = (executionId: string) => `${executionId}/index`;
export const metaKey = (executionId: string): Row => ({
  execution_id: { S: indexPartition(executionId) },
  event_key: { S: 'meta' },
});

const batchPrefix = 'b#';
export const batchKey = (end: number) => `${batchPrefix}${String(end).padStart(12, '0')}`;
/** After the keys of all batches. */
export const lastBatchKey = `${batchPrefix}~`;

export function lineRow(executionId: string, line: LogLine, seq: number, expiresAt: number): Row {
  return {
    execution_id: { S: executionId },
    event_key: { S: lineKey(line) },
    event_id: { S: line.id },
    timestamp: { N: String(Math.floor(line.time)) },
    message: { S: line.text },
    expires_at: { N: String(expiresAt) },
    seq: { N: String(seq) },
    ...(line.stream !== 'stdout' && { stream: { S: line.stream } }),
    ...(line.continues && { continues: { BOOL: true } }),
  };
}

export function placedLine(row: Row): PlacedLine {
  return {
    seq: Number(row.seq?.N),
    time: Number(row.timestamp?.N),
    stream: (row.stream?.S ?? 'stdout') as LogStream,
    text: row.message?.S ?? '',
    continues: row.continues?.BOOL === true,
  };
}

export function batchRow(executionId: string, { start, end, firstKey, lastKey }: Batch, expiresAt: number): Row {
  return {
    execution_id: { S: indexPartition(executionId) },
    event_key: { S: batchKey(end) },
    start: { N: String(start) },
    end: { N: String(end) },
    first_key: { S: firstKey },
    last_key: { S: lastKey },
    expires_at: { N: String(expiresAt) },
  };
}

export const batchOf = (row: Row): Batch => ({
  start: Number(row.start?.N),
  end: Number(row.end?.N),
  firstKey: row.first_key?.S ?? '',
  lastKey: row.last_key?.S ?? '',
});
