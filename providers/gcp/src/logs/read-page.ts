import type { CollectionReference } from '@google-cloud/firestore';
import type { Cursors, Place } from './cursor.ts';
import { idOf, readDocuments } from './log-collection.ts';
import { type PlacedPage, pageOf } from './pages.ts';

/** What a document is taken to have, before it is known; an append under load has more. */
const typicalBytes = 16 * 1024;
const documentsAtOnce = { least: 4, most: 100 };

/** A page of a log after a place, of about so many bytes. */
export async function readPage(
  log: CollectionReference,
  after: Place,
  cursors: Cursors,
  maximumBytes: number,
): Promise<PlacedPage> {
  const { FieldPath } = await import('@google-cloud/firestore');
  const ordered = log.orderBy(FieldPath.documentId());
  const { least, most } = documentsAtOnce;
  const limit = Math.min(most, Math.max(least, Math.ceil(maximumBytes / typicalBytes)));
  let placed: PlacedPage = { page: { chunks: [], cursor: cursors.at(after), ended: false }, place: after, cut: true };
  let bytes = 0;
  // The document that the place is in comes along: it says whether the log has ended.
  for (let place = after; placed.cut && bytes < maximumBytes; ) {
    const documents = readDocuments(await ordered.startAt(idOf(place.document)).limit(limit).get());
    const next = pageOf(documents, place, cursors, maximumBytes - bytes);
    const isCut = next.cut || documents.length === limit;
    const chunks = [...placed.page.chunks, ...next.page.chunks];
    placed = { ...next, page: { ...next.page, chunks, ended: next.page.ended && !isCut }, cut: isCut };
    bytes += next.page.chunks.reduce((sum, { text }) => sum + text.length, 0);
    place = next.place;
    if (documents.length < limit) break;
  }
  return placed;
}
