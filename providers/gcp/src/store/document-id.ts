import { hash } from 'node:crypto';

/** Firestore's ids have up to 1,500 bytes without `/`, and are none of `.`, `..` and `__…__`. */
const readable = /^[A-Za-z0-9][A-Za-z0-9:@+=,._-]{0,199}$/;

/** The id of the document with a key of any characters: the key itself where people can read it, or a digest after `~`. */
export function documentId(key: string): string {
  return readable.test(key) ? key : `~${hash('sha256', key, 'base64url')}`;
}
