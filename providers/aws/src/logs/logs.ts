import {
  type CallOptions,
  type Logger,
  type LogLine,
  type LogPage,
  type Logs,
  RunvoyError,
} from '@runvoy/core/provider';
import { isFinal, type Lifecycle } from '@runvoy/core/toolkit';
import type { CloudWatch } from '../clients/cloudwatch.ts';
import { isNamed } from '../clients/is-named.ts';
import type { AwsStore } from '../store/store.ts';
import type { TaskIds } from '../tasks/task-ids.ts';
import { readArchivedPage } from './archived-log.ts';
import { archiveOfPlace, cursorOfArchive, cursorOfLines, linesOfPlace, parseCursor } from './cursor.ts';
import { LogNews } from './log-news.ts';
import type { LogReader } from './log-reader.ts';
import type { LogWriter } from './log-writer.ts';
import { readTaskLog } from './task-log.ts';

export interface LogsOptions {
  reader: LogReader;
  writer: LogWriter;
  lifecycle: Lifecycle;
  cloudWatch(): Promise<CloudWatch>;
  logGroup: string;
  taskIds: TaskIds;
  store: AwsStore;
  log: Logger;
}

/** Milliseconds between looks for lines that another process has appended: often at first, then less and less. */
const polls = { least: 150, most: 1500 };
const maximumLineBytes = 256 * 1024;

/** Logs in the buffer table; those of executions that never were in it, from CloudWatch. */
export class AwsLogs implements Logs {
  readonly #options: LogsOptions;
  readonly #news = new LogNews();

  constructor(options: LogsOptions) {
    this.#options = options;
  }

  async append(
    executionId: string,
    lines: readonly LogLine[],
    options: { end?: boolean } = {},
    call?: CallOptions,
  ): Promise<void> {
    this.#options.lifecycle.enter(call);
    for (const { text } of lines) checkText(text);
    const changed = await this.#options.writer.append(executionId, lines, options.end ?? false, call);
    if (changed) this.#news.announce(executionId);
  }

  async read(
    executionId: string,
    options: { after?: string; maximumBytes?: number } = {},
    call?: CallOptions,
  ): Promise<LogPage> {
    const { reader, lifecycle } = this.#options;
    lifecycle.enter(call);
    const place = parseCursor(options.after);
    const meta = await reader.meta(executionId, call);
    if (!meta) return this.#readUnbuffered(executionId, options, call);
    return reader.read(executionId, meta, linesOfPlace(place), cursorOfLines, options.maximumBytes, call);
  }

  async ended(executionId: string, call?: CallOptions): Promise<boolean> {
    return (await this.#options.reader.meta(executionId, call))?.ended ?? false;
  }

  async *watch(executionId: string, options?: { after?: string }, call?: CallOptions): AsyncGenerator<LogPage> {
    const { lifecycle } = this.#options;
    lifecycle.enter(call);
    const news = this.#news.follow(executionId, [lifecycle.closed, call?.signal]);
    try {
      let after = options?.after;
      let pause = polls.least;
      for (;;) {
        if (call?.signal?.aborted) return;
        lifecycle.enter();
        const seen = news.version;
        const page = await this.read(executionId, after === undefined ? {} : { after }, call);
        after = page.cursor;
        if (page.chunks.length > 0 || page.ended) {
          pause = polls.least;
          yield page;
        }
        if (page.ended) return;
        if (page.chunks.length > 0) continue;
        await news.next(seen, pause);
        pause = Math.min(polls.most, pause * 1.5);
      }
    } catch (error) {
      if (!call?.signal?.aborted) throw error;
    } finally {
      news.stop();
    }
  }

  async *archive(executionId: string, call?: CallOptions): AsyncGenerator<LogLine[]> {
    const { taskIds, cloudWatch, logGroup, lifecycle, log } = this.#options;
    lifecycle.enter(call);
    const taskId = (await taskIds.taskOf(executionId, call)) ?? executionId;
    try {
      for await (const lines of readTaskLog(await cloudWatch(), logGroup, taskId, call)) {
        if (lines.length > 0) yield lines;
      }
    } catch (error) {
      if (!isNamed(error, 'AccessDeniedException')) throw error;
      // Upstream's event processor may not read logs: what was delivered to it is all that it has.
      log.debug({ request_id: call?.requestId, execution_id: executionId }, 'gaps cannot be filled: no right to read');
    }
  }

  /** Of a run that ended before this server came: what CloudWatch still has. */
  async #readUnbuffered(
    executionId: string,
    { after, maximumBytes }: { after?: string; maximumBytes?: number },
    call?: CallOptions,
  ): Promise<LogPage> {
    const { store, cloudWatch, logGroup } = this.#options;
    const record = await store.get('executions', executionId, call);
    const isOurs = record?.stream_key !== undefined && record.task_ref !== undefined;
    // A log of ours that is no longer buffered has been masked nowhere else.
    if (!record || !isFinal(record.status) || isOurs)
      return { chunks: [], cursor: after ?? cursorOfLines(0), ended: record !== undefined && isFinal(record.status) };
    const place = archiveOfPlace(parseCursor(after));
    return readArchivedPage(
      await cloudWatch(),
      logGroup,
      record.task_ref ?? executionId,
      place,
      cursorOfArchive,
      maximumBytes,
      call,
    );
  }
}

function checkText(text: string): void {
  if (text.includes('\n'))
    throw new RunvoyError('INVALID_REQUEST', 'a line must not contain a newline', { field: 'text' });
  if (text.length > maximumLineBytes / 3 && Buffer.byteLength(text) > maximumLineBytes)
    throw new RunvoyError('INVALID_REQUEST', 'a line has at most 256 KiB of UTF-8', { field: 'text' });
}
