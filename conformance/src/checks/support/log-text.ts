import type { LogChunk, LogLine, LogPage, LogStream, Logs } from '@runvoy/core/provider';
import { ok } from '../../expect.ts';
import { nextTurn } from './next-turn.ts';

export const line = (id: string, text: string, more: Partial<LogLine> = {}): LogLine => ({
  id,
  time: 1_700_000_000_000,
  stream: 'stdout',
  text,
  ...more,
});

/** Lines `prefix0`, `prefix1`, …, whose ids are their texts. */
export const numbered = (count: number, prefix = 'line '): LogLine[] =>
  Array.from({ length: count }, (_, n) => line(`${prefix}${n}`, `${prefix}${n}`));

/** More than any check makes: pages that are more go round in circles. */
const mostPages = 5000;

/** Every page after a cursor, until one is empty or the last. */
export async function readPages(
  logs: Logs,
  executionId: string,
  options: { after?: string; maximumBytes?: number } = {},
): Promise<LogPage[]> {
  const pages: LogPage[] = [];
  let { after } = options;
  for (;;) {
    const page = await logs.read(executionId, { ...options, ...(after !== undefined && { after }) });
    if (page.chunks.length === 0) return pages;
    pages.push(page);
    if (page.ended) return pages;
    ok(page.cursor !== after, `a page with chunks has another cursor than the one before it: ${after}`);
    ok(pages.length <= mostPages, `pages that come to an end: ${mostPages} so far`);
    after = page.cursor;
    await nextTurn();
  }
}

export async function readChunks(
  logs: Logs,
  executionId: string,
  options?: { after?: string; maximumBytes?: number },
): Promise<LogChunk[]> {
  return (await readPages(logs, executionId, options)).flatMap((page) => page.chunks);
}

/** All text of a log, or of one stream of it. */
export function textOf(chunks: readonly LogChunk[], stream?: LogStream): string {
  const own = chunks.filter((chunk) => stream === undefined || chunk.stream === stream);
  return Buffer.concat(own.map((chunk) => chunk.text)).toString();
}

/** The lines of chunks, without their newlines. */
export const textsOf = (chunks: readonly LogChunk[], stream?: LogStream): string[] =>
  textOf(chunks, stream).split('\n').slice(0, -1);

export const readTexts = async (logs: Logs, executionId: string, after?: string): Promise<string[]> =>
  textsOf(await readChunks(logs, executionId, after === undefined ? {} : { after }));
