import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type LogChunk, type LogLine, type LogPage, type Logs, RunvoyError } from '@runvoy/core/provider';
import { refuseWhen } from './calls.ts';
import { fileName } from './files.ts';
import { Journal } from './journal.ts';

const chunkBytes = 64 * 1024;
const pageBytes = 1024 * 1024;
const keptLogs = 50;
export const pauseMilliseconds = 40;

interface Entry {
  lines: readonly LogLine[];
  end?: boolean;
}

// #region log
/** One log as its journal tells. A cursor is the number of chunks before it, which every reader counts alike. */
class Log {
  readonly chunks: LogChunk[] = [];
  ended = false;
  readonly journal: Journal<Entry>;
  readonly #ids = new Set<string>();

  constructor(path: string) {
    this.journal = new Journal(path, ({ lines, end }) => {
      const fresh = lines.filter(({ id }) => !this.#ids.has(id) && this.#ids.add(id));
      for (const run of runsOf(fresh)) this.chunks.push(chunkOf(run, `c${this.chunks.length + 1}`));
      this.ended ||= end === true;
    });
  }

  page(after = 'c0', maximumBytes = pageBytes): LogPage {
    const start = /^c\d{1,9}$/.test(after) ? Number(after.slice(1)) : Number.POSITIVE_INFINITY;
    if (start > this.chunks.length)
      throw new RunvoyError('INVALID_REQUEST', 'the cursor is not one of this log', { field: 'after' });
    let end = start;
    for (let bytes = 0; end < this.chunks.length && (end === start || bytes < maximumBytes); end++)
      bytes += this.chunks[end]!.text.length;
    return {
      chunks: this.chunks.slice(start, end),
      cursor: `c${end}`,
      ended: this.ended && end === this.chunks.length,
    };
  }
}
// #endregion

export const logPath = (folder: string, executionId: string): string =>
  join(folder, 'logs', `${fileName(executionId)}.jsonl`);

export function createLogs(folder: string, closed: AbortSignal): Logs {
  const logs = new Map<string, Log>();
  /** The last used ones are kept, so that a page does not mean to read the whole file again. */
  const upToDate = async (executionId: string): Promise<Log> => {
    const log = logs.get(executionId) ?? new Log(logPath(folder, executionId));
    logs.delete(executionId);
    logs.set(executionId, log);
    for (const [oldest] of logs) if (logs.size > keptLogs) logs.delete(oldest);
    await log.journal.catchUp();
    return log;
  };

  return {
    async append(executionId, lines, { end = false } = {}) {
      if (lines.some(({ text }) => text.includes('\n')))
        throw new RunvoyError('INVALID_REQUEST', 'a line has a newline in it', { field: 'lines' });
      const { journal } = new Log(logPath(folder, executionId));
      if (lines.length > 0 || end) await journal.append({ lines, end });
    },
    async read(executionId, { after, maximumBytes } = {}) {
      return (await upToDate(executionId)).page(after, maximumBytes);
    },
    async *watch(executionId, { after } = {}, { signal } = {}) {
      const over = AbortSignal.any(signal ? [signal, closed] : [closed]);
      for (let cursor = after; !over.aborted; ) {
        const page = (await upToDate(executionId)).page(cursor);
        if (page.chunks.length > 0 || page.ended) yield page;
        else await pause(pauseMilliseconds, undefined, { signal: over }).catch(() => undefined);
        if (page.ended) return;
        cursor = page.cursor;
      }
      refuseWhen(closed, undefined);
    },
    async ended(executionId) {
      return (await upToDate(executionId)).ended;
    },
  };
}

/** Consecutive lines of one stream; a chunk ends after a line that goes on in the next. */
function* runsOf(lines: readonly LogLine[]): Generator<LogLine[]> {
  let run: LogLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const last = run.at(-1);
    if (last && (last.stream !== line.stream || last.continues || bytes > chunkBytes)) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(line);
    bytes += line.text.length;
  }
  if (run.length > 0) yield run;
}

function chunkOf(lines: readonly LogLine[], cursor: string): LogChunk {
  return {
    cursor,
    stream: lines[0]!.stream,
    time: lines.map(({ time }) => time),
    count: lines.length,
    text: Buffer.from(`${lines.map(({ text }) => text).join('\n')}\n`),
    ...(lines.at(-1)!.continues && { continues: true }),
  };
}
