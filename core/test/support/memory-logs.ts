import { setMaxListeners } from 'node:events';
import {
  type LogChunk,
  type LogLine,
  type LogPage,
  type LogStream,
  type Logs,
  RunvoyError,
} from '../../src/provider.ts';

interface Log {
  lines: LogLine[];
  ids: Set<string>;
  ended: boolean;
}

/** What each connection holds back of one execution. */
type Held = Map<AbortSignal, LogLine[]>;

const maximumLineBytes = 256 * 1024;
const defaultPageBytes = 1024 * 1024;

/** What connections to one deployment share. */
export interface MemoryLogState {
  logs: Map<string, Log>;
  held: Map<string, Held>;
  changed: EventTarget;
}

export function createMemoryLogState(): MemoryLogState {
  const changed = new EventTarget();
  // Any number of viewers may watch.
  setMaxListeners(0, changed);
  return { logs: new Map(), held: new Map(), changed };
}

/**
 * Reference of the `logs` facet. A cursor is the execution and the number of lines before it.
 * `closed` ends every watch when the provider closes, and tells one connection from another.
 */
export function createMemoryLogs(
  closed: AbortSignal,
  archives?: Map<string, LogLine[]>,
  { logs, held, changed }: MemoryLogState = createMemoryLogState(),
): Logs {
  const read = (executionId: string, after: string | undefined, maximumBytes: number): LogPage => {
    const log = logs.get(executionId);
    let position = after === undefined ? 0 : parseCursor(executionId, after);
    if (position > (log?.lines.length ?? 0)) throw foreignCursor();
    const chunks: LogChunk[] = [];
    for (let bytes = 0; log && position < log.lines.length && bytes < maximumBytes; ) {
      const chunk = chunkAt(executionId, log.lines, position, maximumBytes - bytes);
      chunks.push(chunk);
      position += chunk.count;
      bytes += chunk.text.length;
    }
    return {
      chunks,
      cursor: formatCursor(executionId, position),
      ended: log?.ended === true && position === log.lines.length,
    };
  };

  return {
    async append(executionId, lines, options) {
      for (const line of lines) checkLine(line);
      let log = logs.get(executionId);
      if (!log) {
        log = { lines: [], ids: new Set(), ended: false };
        logs.set(executionId, log);
      }
      for (const line of lines) {
        if (log.ids.has(line.id)) continue;
        log.ids.add(line.id);
        log.lines.push({ ...line });
      }
      if (options?.end) log.ended = true;
      changed.dispatchEvent(new Event(executionId));
    },

    async read(executionId, options) {
      return read(executionId, options?.after, options?.maximumBytes ?? defaultPageBytes);
    },

    async ended(executionId) {
      return logs.get(executionId)?.ended === true;
    },

    async *watch(executionId, options, call) {
      let after = options?.after;
      for (;;) {
        if (call?.signal?.aborted) return;
        if (closed.aborted) throw new RunvoyError('SERVICE_UNAVAILABLE', 'the provider is closed');
        const page = read(executionId, after, defaultPageBytes);
        after = page.cursor;
        if (page.chunks.length > 0 || page.ended) yield page;
        if (page.ended) return;
        if (page.chunks.length === 0) await nextEvent(executionId);
      }

      async function nextEvent(name: string): Promise<void> {
        await new Promise<void>((resolve) => {
          const settle = () => {
            changed.removeEventListener(name, settle);
            call?.signal?.removeEventListener('abort', settle);
            closed.removeEventListener('abort', settle);
            resolve();
          };
          changed.addEventListener(name, settle);
          call?.signal?.addEventListener('abort', settle);
          closed.addEventListener('abort', settle);
        });
      }
    },

    async exchange(executionId, lines) {
      const ofAll: Held = held.get(executionId) ?? new Map();
      held.set(executionId, ofAll.set(closed, structuredClone([...lines])));
      const written: Partial<Record<LogStream, number>> = {};
      for (const { stream, number } of logs.get(executionId)?.lines ?? [])
        if (number !== undefined) written[stream] = Math.max(number, written[stream] ?? 0);
      const others = [...ofAll].filter(([connection]) => connection !== closed);
      return { held: structuredClone(others.flatMap(([, lines]) => lines)), written };
    },

    ...(archives && {
      async *archive(executionId: string) {
        const lines = archives.get(executionId) ?? [];
        if (lines.length > 0) yield structuredClone(lines);
      },
    }),
  };
}

/** Lines of one stream, up to a change of stream, a piece of a longer line, or the size. */
function chunkAt(executionId: string, lines: LogLine[], start: number, maximumBytes: number): LogChunk {
  const stream = lines[start]!.stream;
  const times: number[] = [];
  let text = '';
  let bytes = 0;
  let continues = false;
  for (let at = start; at < lines.length && !continues; at++) {
    const line = lines[at]!;
    if (line.stream !== stream || (at > start && bytes >= maximumBytes)) break;
    text += `${line.text.toWellFormed()}\n`;
    bytes += Buffer.byteLength(line.text) + 1;
    times.push(line.time);
    continues = line.continues === true;
  }
  return {
    cursor: formatCursor(executionId, start + times.length),
    stream,
    time: times.every((time) => time === times[0]) ? times[0]! : times,
    count: times.length,
    text: Buffer.from(text),
    ...(continues && { continues }),
  };
}

function formatCursor(executionId: string, position: number): string {
  return `${encodeURIComponent(executionId)}:${position}`;
}

function parseCursor(executionId: string, cursor: string): number {
  const prefix = `${encodeURIComponent(executionId)}:`;
  const position = cursor.slice(prefix.length);
  if (!cursor.startsWith(prefix) || !/^\d{1,15}$/.test(position)) throw foreignCursor();
  return Number(position);
}

function foreignCursor(): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', 'this cursor is not one of this log', {
    field: 'after',
    remedy: 'Use a cursor that this log has given, or none to start at the beginning.',
  });
}

function checkLine(line: LogLine): void {
  const problem = line.text.includes('\n')
    ? 'a line holds no newline'
    : Buffer.byteLength(line.text) > maximumLineBytes
      ? 'a line has at most 256 KiB'
      : undefined;
  if (problem) throw new RunvoyError('INVALID_REQUEST', problem, { field: 'text' });
}
