import type { LogChunk, LogPage } from '@runvoy/core/provider';
import type { Cursors, Place } from './cursor.ts';
import type { ReadDocument } from './log-collection.ts';

export interface PlacedPage {
  page: LogPage;
  place: Place;
  /** There is more among the documents that it was made of. */
  cut: boolean;
}

/** A page of what documents hold after a place: at least one chunk, if there is any, and no more once it has enough bytes. */
export function pageOf(
  documents: readonly ReadDocument[],
  after: Place,
  cursors: Cursors,
  maximumBytes: number,
): PlacedPage {
  const chunks: LogChunk[] = [];
  let place = after;
  let bytes = 0;
  let ended = false;
  for (const document of documents) {
    let from = 0;
    for (const [index, part] of document.parts.entries()) {
      const text = document.text.subarray(from, from + part.bytes);
      from += part.bytes;
      if (document.number === after.document && index < after.part) continue;
      if (bytes >= maximumBytes) return { page: { chunks, cursor: cursors.at(place), ended: false }, place, cut: true };
      place = { document: document.number, part: index + 1 };
      const { stream, time, count, continues } = part;
      chunks.push({ cursor: cursors.at(place), stream, time, count, text, ...(continues && { continues }) });
      bytes += text.length;
    }
    ended = document.ended;
  }
  return { page: { chunks, cursor: cursors.at(place), ended }, place, cut: false };
}
