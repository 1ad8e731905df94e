import { join } from 'node:path';
import { alternate, ratio, timed } from '../harness/alternate.ts';
import { type BenchProcess, startProcess } from '../harness/process.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { runToEnd, type Server, startRunvoy } from '../harness/runvoy.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import type { LogReader } from '../processes/log-reader.ts';

const million = 1_000_000;

/** Reading a long log back, and whether a line of a long log costs more than one of a short log. */
export const readBack: Bench = {
  name: 'read-back',
  run: async () => {
    const server = await startRunvoy();
    const reader = await startProcess<LogReader>('log-reader');
    try {
      await runToEnd(server.client, `seq 1 ${million}`);
      await reader.call('open', { home: server.home, database: join(temporaryFolder('rows'), 'rows.db') });
      const { executions } = await server.client.listExecutions();
      const executionId = executions[0]!.execution_id;
      return [...(await wholeLog(server, reader, executionId)), ...(await linePrices(reader))];
    } finally {
      await reader.stop();
      await server.stop();
    }
  },
};

async function wholeLog(server: Server, reader: BenchProcess<LogReader>, executionId: string): Promise<Row[]> {
  const { lines, chunks } = await reader.call('copy', executionId);
  if (lines !== million) throw new Error(`the log has ${lines} of ${million} lines`);
  const figures = await alternate(7, {
    provider: () => reader.call('readLog', executionId),
    client: () => timed(() => readByClient(server, executionId)),
    rows: () => reader.call('readRows'),
  });
  const ceiling = `the same ${chunks.toLocaleString('en')} rows from SQLite ${milliseconds(figures.rows.median)}`;
  return [
    {
      name: 'read-back',
      path: 'reading back 1,000,000 lines, speed',
      subject: milliseconds(figures.provider.median),
      ceiling,
      result: ratio(figures.rows, figures.provider),
      goal: { is: 'at least', limit: 0.3 },
    },
    {
      name: 'read-back',
      path: 'the same over HTTP and WebSocket, by a client',
      subject: milliseconds(figures.client.median),
      ceiling,
      result: ratio(figures.rows, figures.client),
    },
  ];
}

async function readByClient(server: Server, executionId: string): Promise<void> {
  let lines = 0;
  for await (const event of server.client.follow(executionId, { follow: false })) {
    if (event.type === 'log') lines += event.count;
  }
  if (lines !== million) throw new Error(`the client read ${lines} of ${million} lines`);
}

async function linePrices(reader: BenchProcess<LogReader>): Promise<Row[]> {
  await reader.call('fill', { executionId: 'bench-long', lines: million });
  const start = await reader.call('cursorAt', { executionId: 'bench-long', lines: 1000 });
  const end = await reader.call('cursorAt', { executionId: 'bench-long', lines: million - 20_000 });
  const read = await alternate(5, {
    late: () => reader.call('readPage', { executionId: 'bench-long', after: end }),
    early: () => reader.call('readPage', { executionId: 'bench-long', after: start }),
  });
  const append = await alternate(3, {
    long: () => reader.call('append', 'bench-long'),
    short: async () => {
      const executionId = `bench-short-${performance.now()}`;
      await reader.call('fill', { executionId, lines: 1000 });
      await reader.call('fill', { executionId, lines: 1000 });
      return reader.call('append', executionId);
    },
  });
  const price = (figure: number) => `${figure.toFixed(2)} µs`;
  const goal = { is: 'at most', limit: 1.3 } as const;
  return [
    {
      name: 'read-back',
      path: 'reading a line after 980,000 lines',
      subject: price(read.late.median),
      ceiling: `after 1,000 lines ${price(read.early.median)}`,
      result: ratio(read.late, read.early),
      goal,
    },
    {
      name: 'read-back',
      path: 'appending a line after 1,000,000 lines',
      subject: price(append.long.median),
      ceiling: `after 1,000 lines ${price(append.short.median)}`,
      result: ratio(append.long, append.short),
      goal,
    },
  ];
}
