import { setTimeout as delay } from 'node:timers/promises';
import type { protos } from '@google-cloud/logging';
import type { CallOptions, LogLine } from '@runvoy/core/provider';
import { findEndMarker, type Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import { type Listing, onePage } from '../connect/all-pages.ts';
import type { Clients } from '../connect/clients.ts';
import type { TaskIndex } from '../tasks/task-index.ts';
import { type Entry, lineOf } from './log-entry.ts';
import { plainStruct } from './plain-struct.ts';

type ProtoEntry = protos.google.logging.v2.ILogEntry;

/** The most that Cloud Logging answers with. A project has 60 such requests a minute, so one page has to do for nearly all runs. */
const pageSize = 1000;
const resourceExhausted = 8;
/** Before a request is made again that was one too many in a minute. */
const waits = [2000, 5000, 10_000, 20_000, 30_000];

export interface ArchiveParts {
  config: GcpConfig;
  clients: Clients;
  lifecycle: Lifecycle;
  index: TaskIndex;
}

/** What Cloud Logging has of a task's output. */
export class LogArchive {
  readonly #parts: ArchiveParts;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
  }

  /**
   * All lines by their times; only the last thousand if there are more and every one of these is in the log (`isKnown`) already:
   * what is missing at the end of a run is its end.
   */
  async *read(
    executionId: string,
    isKnown: (lineId: string) => boolean,
    call?: CallOptions,
  ): AsyncGenerator<LogLine[], void, undefined> {
    const executionName = await this.#parts.index.nameOf(executionId, call);
    if (executionName === undefined) return;
    const filter = outputFilter(executionName);
    const toLines = (entries: ProtoEntry[]) =>
      entries.map((entry) => lineOf(plainEntry(entry, executionName), executionId));
    const newest = await this.#list({ filter, orderBy: 'timestamp desc' }, call);
    const last = toLines(newest.entries.reverse());
    const isThere = ({ id, text }: LogLine) => isKnown(id) || findEndMarker(executionId, text) !== undefined;
    if (newest.nextPageToken === '' || last.every(isThere)) {
      if (last.length > 0) yield last;
      return;
    }
    for (let pageToken = ''; ; ) {
      const page = await this.#list({ filter, orderBy: 'timestamp asc', pageToken }, call);
      if (page.entries.length > 0) yield toLines(page.entries);
      // A page may be empty though more follow.
      if (page.nextPageToken === '') return;
      pageToken = page.nextPageToken;
    }
  }

  /** The text of the first line that contains a text, for what only the wrapper's last line tells. */
  async find(executionName: string, text: string, call?: CallOptions): Promise<string | undefined> {
    const filter = `${outputFilter(executionName)} AND textPayload:${JSON.stringify(text)}`;
    const { entries } = await this.#list({ filter, orderBy: 'timestamp desc', pageSize: 1 }, call);
    return entries[0]?.textPayload ?? undefined;
  }

  async #list(
    request: { filter: string; orderBy: string; pageToken?: string; pageSize?: number },
    call: CallOptions | undefined,
  ): Promise<{ entries: ProtoEntry[]; nextPageToken: string }> {
    const { clients, config, lifecycle } = this.#parts;
    lifecycle.enter(call);
    const client = await clients.logging();
    const resourceNames = [`projects/${config.project}`];
    for (const wait of [...waits, undefined]) {
      try {
        const listing = client.listLogEntries({ pageSize, ...request, resourceNames }, onePage);
        const [entries, , response] = await lifecycle.settle(
          listing as Promise<unknown> as Promise<Listing<ProtoEntry>>,
          call,
        );
        return { entries, nextPageToken: response?.nextPageToken ?? '' };
      } catch (error) {
        if ((error as { code?: number }).code !== resourceExhausted || wait === undefined) throw error;
        await lifecycle.settle(delay(wait), call);
      }
    }
    throw new Error('unreachable');
  }
}

function outputFilter(executionName: string): string {
  return [
    'resource.type="cloud_run_job"',
    `labels."run.googleapis.com/execution_name"="${executionName}"`,
    '(log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr"))',
  ].join(' AND ');
}

function plainEntry(entry: ProtoEntry, executionName: string): Entry {
  const { timestamp, split, jsonPayload } = entry;
  return {
    insertId: entry.insertId ?? '',
    time: Number(timestamp?.seconds ?? 0) * 1000 + Math.floor((timestamp?.nanos ?? 0) / 1e6),
    logName: entry.logName ?? '',
    executionName,
    ...(typeof entry.textPayload === 'string' && { textPayload: entry.textPayload }),
    ...(jsonPayload && { jsonPayload: plainStruct(jsonPayload) }),
    ...(entry.severity && { severity: String(entry.severity) }),
    ...(split && { split: { index: split.index ?? 0, totalSplits: split.totalSplits ?? 0 } }),
  };
}
