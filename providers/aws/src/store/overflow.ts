import { hash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { partsOf, type Row } from './attribute.ts';

/** DynamoDB takes 400 KB an item; what a field has above this rests in rows of its own. */
const maximumBytes = 48 * 1024;
const partBytes = 300 * 1024;
const previewCharacters = 1000;

export function isMoved(value: unknown): value is string | readonly string[] {
  if (typeof value === 'string') return value.length > maximumBytes / 3 && Buffer.byteLength(value) > maximumBytes;
  return Array.isArray(value) && Buffer.byteLength(JSON.stringify(value)) > maximumBytes;
}

/** What an older server shows of a value that was moved, and what tells us whether one has replaced it since. */
export function previewOf(value: string | readonly string[]): string | string[] {
  if (typeof value === 'string') return `${value.slice(0, previewCharacters).toWellFormed()}…`;
  return [previewOf(value[0] ?? '') as string, '…'];
}

export const digestOf = (value: string | readonly string[]) => hash('sha256', JSON.stringify(value), 'hex');

export interface Moved {
  reference: string;
  rows: { key: string; bytes: Uint8Array }[];
}

/** A value in rows of its own, under keys that nobody else has. */
export function moveOut(value: string | readonly string[]): Moved {
  const bytes = Buffer.from(JSON.stringify(value));
  const id = randomBytes(12).toString('hex');
  const count = Math.ceil(bytes.length / partBytes);
  return {
    reference: `${id}:${count}:${digestOf(value)}`,
    rows: Array.from({ length: count }, (_, at) => ({
      key: keyOfPart(id, at),
      bytes: bytes.subarray(at * partBytes, (at + 1) * partBytes),
    })),
  };
}

/** The keys of the rows that a reference names. */
export function partKeys(reference: string): string[] {
  const [id = '', count = '0'] = reference.split(':');
  return Array.from({ length: Number(count) }, (_, at) => keyOfPart(id, at));
}

export function joinParts(parts: readonly Uint8Array[]): string | string[] {
  return JSON.parse(Buffer.concat(parts).toString()) as string | string[];
}

/** The references of a row, by the attribute that they stand beside. */
export function referencesOf(row: Row): Map<string, string> {
  const suffix = partsOf('');
  return new Map(
    Object.entries(row).flatMap(([name, value]) =>
      name.endsWith(suffix) && value.S !== undefined ? [[name.slice(0, -suffix.length), value.S] as const] : [],
    ),
  );
}

/** Whether the row still has what was put in the place of this value. */
export const isCurrent = (shown: unknown, whole: string | readonly string[]) =>
  isDeepStrictEqual(shown, previewOf(whole));

const keyOfPart = (id: string, at: number) => `overflow/${id}/${at}`;
