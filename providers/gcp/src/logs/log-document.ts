import { hash } from 'node:crypto';
import { type LogLine, type LogStream, RunvoyError } from '@runvoy/core/provider';

/** What a document may have of text: Firestore's limit is 1 MiB for all that is in it. */
const documentBytes = 512 * 1024;
/** What one part of it may have, so that a reader's page can be small. */
const partBytes = 64 * 1024;
const documentLines = 4000;
const lineBytes = 768 * 1024;
export const idLength = 16;

/** Consecutive lines of one stream. */
export interface Part {
  stream: LogStream;
  time: number | number[];
  count: number;
  /** Of its text, in bytes. */
  bytes: number;
  continues?: true;
}

/** A document of a log: what one append, or some at once, have added. */
export interface LogDocument {
  /** 16 characters of each line's id, one after the other. */
  ids: string;
  /** JSON of {@link Part}s: a third of the cost of maps to write, half to read. */
  parts: string;
  text: Buffer;
  /** JSON of the highest number of a line in it, by stream, where lines are numbered. */
  numbers?: string;
  /** The output is complete with this document, or was before it. */
  ended?: true;
}

/** Numbers of lines, by stream. */
export type Numbers = Partial<Record<LogStream, number>>;

/** The higher of two of each stream. */
export function highest(some: Numbers, others: Numbers): Numbers {
  const merged = { ...some };
  for (const [stream, number] of Object.entries(others) as [LogStream, number][])
    merged[stream] = Math.max(number, merged[stream] ?? 0);
  return merged;
}

/** 96 bits of a digest, because ids may be long and are kept for every line. */
export const shortId = (id: string): string => hash('sha1', id, 'base64url').slice(0, idLength);

export function* idsOf(document: Pick<LogDocument, 'ids'>): Generator<string> {
  for (let at = 0; at < document.ids.length; at += idLength) yield document.ids.slice(at, at + idLength);
}

/** Rejects what no log may hold, before anything of it is added. */
export function checkLines(lines: readonly LogLine[]): void {
  for (const { text } of lines) {
    if (text.includes('\n'))
      throw new RunvoyError('INVALID_REQUEST', 'a line must not contain a newline', { field: 'text' });
    if (text.length > lineBytes / 3 && Buffer.byteLength(text) > lineBytes)
      throw new RunvoyError('INVALID_REQUEST', 'a line must not have more than 256 KiB', { field: 'text' });
  }
}

/** Lines as documents, in their order; one without any line when there is none. */
export function packLines(lines: readonly { line: LogLine; id: string }[]): LogDocument[] {
  const packed: LogDocument[] = [];
  let ids: string[] = [];
  let parts: (Part & { times: number[] })[] = [];
  let texts: Buffer[] = [];
  let numbers: Numbers = {};
  let bytes = 0;
  const finish = () => {
    packed.push({
      ids: ids.join(''),
      parts: JSON.stringify(parts.map(compact)),
      text: Buffer.concat(texts),
      ...(Object.keys(numbers).length > 0 && { numbers: JSON.stringify(numbers) }),
    });
    [ids, parts, texts, numbers, bytes] = [[], [], [], {}, 0];
  };
  for (const { line, id } of lines) {
    const text = Buffer.from(`${line.text}\n`);
    if (ids.length > 0 && (bytes + text.length > documentBytes || ids.length === documentLines)) finish();
    let part = parts.at(-1);
    if (!part || part.stream !== line.stream || part.continues || part.bytes + text.length > partBytes) {
      part = { stream: line.stream, time: 0, times: [], count: 0, bytes: 0 };
      parts.push(part);
    }
    part.times.push(line.time);
    part.count++;
    part.bytes += text.length;
    if (line.continues) part.continues = true;
    if (line.number !== undefined) numbers[line.stream] = Math.max(line.number, numbers[line.stream] ?? 0);
    ids.push(id);
    texts.push(text);
    bytes += text.length;
  }
  finish();
  return packed;
}

function compact({ times, ...part }: Part & { times: number[] }): Part {
  const [first = 0] = times;
  return { ...part, time: times.every((time) => time === first) ? first : times };
}
