import type { CollectionReference, DocumentData, Firestore, QuerySnapshot } from '@google-cloud/firestore';
import { documentId } from '../store/document-id.ts';
import type { Part } from './log-document.ts';

/** A document of a log as a reader needs it. */
export interface ReadDocument {
  /** Its place in the log. */
  number: number;
  parts: Part[];
  text: Uint8Array;
  ended: boolean;
}

/** Ids are numbers without a gap, from 0, so that their order is that of the log and a new one can be taken only once. */
export const idOf = (number: number): string => String(number).padStart(8, '0');

/** The documents of one execution's log, below that of the execution: a sequence of its own, so that none is a hot spot. */
export function logCollection(firestore: Firestore, prefix: string, executionId: string): CollectionReference {
  return firestore.collection(`${prefix}executions`).doc(documentId(executionId)).collection(`${prefix}logs`);
}

export function readDocuments({ docs }: Pick<QuerySnapshot, 'docs'>): ReadDocument[] {
  return docs.map((document) => readDocument(document.id, document.data()));
}

export function readDocument(id: string, { parts, text, ended }: DocumentData): ReadDocument {
  return { number: Number(id), parts: JSON.parse(parts), text, ended: ended === true };
}
