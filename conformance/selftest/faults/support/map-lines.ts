import type { LogChunk, LogPage, LogStream, Logs } from '@runvoy/core/provider';
import { type Fault, type FaultContext, faultsIn } from './fault.ts';

export interface SeenLine {
  text: string;
  time: number;
  stream: LogStream;
}

/** What becomes of a line on its way to who reads it; `undefined`: it is lost. */
export type LineChange = (line: SeenLine, executionId: string) => SeenLine | undefined;

const inLogs = faultsIn('logs');

export function readFault(
  id: string,
  caughtBy: string,
  sentence: string,
  make: (context: FaultContext) => LineChange,
): Fault {
  return inLogs(id, caughtBy.startsWith('tasks.') ? caughtBy : `logs.${caughtBy}`, sentence, (logs, context) =>
    mapRead(logs, make(context)),
  );
}

export function mapRead(logs: Logs, change: LineChange): Pick<Logs, 'read' | 'watch'> {
  return {
    read: async (id, options, call) => mapLines(await logs.read(id, options, call), id, change),
    watch: async function* (id, options, call) {
      for await (const page of logs.watch(id, options, call)) yield mapLines(page, id, change);
    },
  };
}

function mapLines(page: LogPage, executionId: string, change: LineChange): LogPage {
  return {
    ...page,
    chunks: page.chunks.map((chunk) => mapChunk(chunk, executionId, change)).filter(({ count }) => count > 0),
  };
}

function mapChunk(chunk: LogChunk, executionId: string, change: LineChange): LogChunk {
  const times = timesOf(chunk);
  const texts = Buffer.from(chunk.text).toString().split('\n').slice(0, -1);
  const lines = texts
    .map((text, at) => change({ text, time: times[at]!, stream: chunk.stream }, executionId))
    .filter((line) => line !== undefined);
  return {
    ...chunk,
    stream: lines[0]?.stream ?? chunk.stream,
    count: lines.length,
    time: lines.map(({ time }) => time),
    text: Buffer.from(lines.map(({ text }) => `${text}\n`).join('')),
  };
}

function timesOf({ time, count }: LogChunk): readonly number[] {
  return typeof time === 'number' ? Array.from({ length: count }, () => time) : time;
}
