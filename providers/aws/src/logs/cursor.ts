import { RunvoyError } from '@runvoy/core/provider';
import { type ArchivePlace, archiveStart } from './archived-log.ts';

/** Where a reader is: in the buffer, a number of lines; in a log that only CloudWatch has, a place there. */
export type Place = { lines: number } | { archive: ArchivePlace };

export const cursorOfLines = (lines: number) => `l${lines}`;
export const cursorOfArchive = ({ stream, time, skip }: ArchivePlace) => `a${stream}.${time}.${skip}`;

/** Throws INVALID_REQUEST for a text that is no cursor of ours. */
export function parseCursor(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const [, lines] = /^l(\d{1,15})$/.exec(text) ?? [];
  if (lines !== undefined) return { lines: Number(lines) };
  const [, stream, time, skip] = /^a(\d)\.(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  if (stream !== undefined) return { archive: { stream: Number(stream), time: Number(time), skip: Number(skip) } };
  throw new RunvoyError('INVALID_REQUEST', 'this is no cursor of a log', {
    field: 'after',
    remedy: 'Pass a cursor as it was returned, or none to read from the start.',
  });
}

export const linesOfPlace = (place: Place | undefined) => (place && 'lines' in place ? place.lines : 0);
export const archiveOfPlace = (place: Place | undefined) =>
  place && 'archive' in place ? place.archive : archiveStart;
