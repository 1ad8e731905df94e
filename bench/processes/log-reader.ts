import { DatabaseSync } from 'node:sqlite';
import type { LogLine, Provider } from '@runvoy/core/provider';
import { quietLog } from '@runvoy/core/testing';
import local from '@runvoy/local';
import { answer } from '../harness/process.ts';

const context = {
  now: Date.now,
  log: quietLog,
  role: 'all',
} as const;

let provider: Provider;
let database: DatabaseSync;

export type LogReader = {
  /** Opens the provider on a data folder, and an empty database beside it. */
  open(options: { home: string; database: string }): Promise<void>;
  /** Puts a log's chunks into the database, a row each. */
  copy(executionId: string): Promise<{ lines: number; chunks: number }>;
  /** Milliseconds to read the whole log through the provider. */
  readLog(executionId: string): Promise<number>;
  /** Milliseconds to read the rows of the copy. */
  readRows(): number;
  /** Cursor after at least so many lines. */
  cursorAt(options: { executionId: string; lines: number }): Promise<string | undefined>;
  /** Microseconds a line to read one page after a cursor, the median of many. */
  readPage(options: { executionId: string; after: string | undefined }): Promise<number>;
  /** Appends lines to a log, so many in all. */
  fill(options: { executionId: string; lines: number }): Promise<void>;
  /** Microseconds a line to append to a log, the median of many. */
  append(executionId: string): Promise<number>;
};

const pageBytes = 256 * 1024;
const batch = 250;
let appended = 0;

function lines(count: number): LogLine[] {
  const time = Date.now();
  return Array.from({ length: count }, () => ({
    id: `bench-${++appended}`,
    time,
    stream: 'stdout',
    text: `a line of output, number ${appended}`,
  }));
}

async function repeated(times: number, work: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < times; round++) {
    const start = performance.now();
    const count = await work();
    figures.push(((performance.now() - start) * 1000) / count);
  }
  return figures.toSorted((a, b) => a - b)[times >> 1]!;
}

answer({
  open: async ({ home, database: file }) => {
    const env = { ...process.env, RUNVOY_HOME: home };
    const config = await local.config['~standard'].validate(env);
    if (config.issues) throw new Error(JSON.stringify(config.issues));
    provider = await local.open(config.value, context);
    database = new DatabaseSync(file);
    database.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE chunks (first INTEGER PRIMARY KEY, stream TEXT, time INTEGER, count INTEGER, text BLOB)',
    );
  },
  copy: async (executionId) => {
    const insert = database.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?)');
    let first = 1;
    let chunks = 0;
    database.exec('BEGIN');
    await everyPage(executionId, (page) => {
      for (const { stream, time, count, text } of page.chunks) {
        insert.run(first, stream, typeof time === 'number' ? time : time[0]!, count, text);
        first += count;
        chunks++;
      }
    });
    database.exec('COMMIT');
    return { lines: first - 1, chunks };
  },
  readLog: async (executionId) => {
    const start = performance.now();
    let bytes = 0;
    await everyPage(executionId, (page) => {
      for (const { text } of page.chunks) bytes += text.byteLength;
    });
    if (bytes === 0) throw new Error('nothing was read');
    return performance.now() - start;
  },
  readRows: () => {
    const start = performance.now();
    let bytes = 0;
    for (const row of database.prepare('SELECT * FROM chunks ORDER BY first').iterate())
      bytes += (row.text as Uint8Array).byteLength;
    if (bytes === 0) throw new Error('nothing was read');
    return performance.now() - start;
  },
  cursorAt: async ({ executionId, lines }) => {
    let seen = 0;
    let cursor: string | undefined;
    await everyPage(executionId, (page) => {
      for (const chunk of page.chunks) {
        if (seen >= lines) return;
        seen += chunk.count;
        cursor = chunk.cursor;
      }
    });
    return cursor;
  },
  readPage: ({ executionId, after }) =>
    repeated(200, async () => {
      const page = await provider.logs.read(executionId, {
        ...(after !== undefined && { after }),
        maximumBytes: pageBytes,
      });
      return page.chunks.reduce((sum, { count }) => sum + count, 0);
    }),
  fill: async ({ executionId, lines: count }) => {
    for (let done = 0; done < count; done += batch)
      await provider.logs.append(executionId, lines(Math.min(batch, count - done)));
  },
  append: (executionId) =>
    repeated(100, async () => {
      await provider.logs.append(executionId, lines(batch));
      return batch;
    }),
} satisfies LogReader);

async function everyPage(
  executionId: string,
  handle: (page: Awaited<ReturnType<Provider['logs']['read']>>) => void,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await provider.logs.read(executionId, after === undefined ? {} : { after });
    if (page.chunks.length === 0) return;
    handle(page);
    after = page.cursor;
  }
}
