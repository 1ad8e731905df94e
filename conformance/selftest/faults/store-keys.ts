import { collections, RunvoyError } from '@runvoy/core/provider';
import type { Fault } from './support/fault.ts';
import { keyOf, storeFault } from './support/loose-store.ts';

/** What databases, paths and encodings do to a key on its way. */
const manglings: readonly [id: string, caughtBy: string, sentence: string, mangle: (key: string) => string][] = [
  ['slashes', 'a-slash', 'A slash in a key becomes an underscore.', (key) => key.replaceAll('/', '_')],
  ['hashes', 'a-hash', 'A key ends at its first #.', (key) => key.split('#')[0] || key],
  ['trimmed', 'spaces', 'Blanks at the ends of a key are lost.', (key) => key.trim() || key],
  ['dots', 'dots', 'A key of dots is taken for a folder.', (key) => (key === '..' ? 'parent' : key)],
  ['dot', 'one-dot', 'The key . is taken for the folder itself.', (key) => (key === '.' ? 'self' : key)],
  ['reserved', 'double-underscores', 'Keys between double underscores are reserved.', reject(/^__.*__$/)],
  [
    'prototype',
    'the-name-of-a-prototype',
    'Documents are members of a plain object, in which __proto__ is nothing.',
    reject(/^__proto__$/),
  ],
  [
    'methods',
    'the-name-of-a-method',
    'Documents are members of a plain object, which has some already.',
    reject(/^(constructor|toString)$/),
  ],
  [
    'quotes',
    'quotes',
    'Quotes in a key are doubled for the database, and stay so.',
    (key) => key.replaceAll("'", "''"),
  ],
  ['percent', 'percent', 'Keys are decoded like URLs.', (key) => (key.includes('%') ? decodeURIComponent(key) : key)],
  [
    'white-space',
    'a-line-break-and-a-tab',
    'Line breaks and tabs in a key become blanks.',
    (key) => key.replaceAll(/[\r\n\t]+/g, ' '),
  ],
  [
    'emoji',
    'emoji',
    'Characters beyond the first plane are lost.',
    (key) => key.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?'),
  ],
  ['decomposed', 'composed-letters', 'Keys are kept in the decomposed normal form.', (key) => key.normalize('NFD')],
  [
    'composed',
    'letters-with-a-combining-accent',
    'Keys are kept in the composed normal form.',
    (key) => key.normalize('NFC'),
  ],
  ['lower-case', 'upper-case', 'Keys are kept in lower case.', (key) => key.toLowerCase()],
  ['upper-case', 'lower-case', 'Keys are kept in upper case.', (key) => key.toUpperCase()],
  ['patterns', 'patterns-and-operators', 'Keys with * or ? are refused as patterns.', reject(/[*?]/)],
  ['numbers', 'digits', 'Keys of digits become numbers.', (key) => (/^\d+$/.test(key) ? String(Number(key)) : key)],
  ['null', 'the-word-null', 'The key null is taken for none.', reject(/^null$/)],
  [
    'controls',
    'control-characters',
    'Control characters in a key are dropped.',
    (key) => key.replaceAll(/\p{Cc}/gu, ''),
  ],
  ['markup', 'markup', 'Keys are escaped for HTML, and stay so.', (key) => key.replaceAll('<', '&lt;')],
  ['cut', 'long', 'Keys are cut to 255 characters.', (key) => key.slice(0, 255)],
  [
    'bytes',
    'long-emoji',
    'Keys may have 1,500 bytes, as in Firestore.',
    reject(/^(?=(?:[\u{10000}-\u{10ffff}]){376})/u),
  ],
  ['ligatures', 'apart', 'Keys that look alike are one.', (key) => key.normalize('NFKC').replaceAll('_', '/')],
];

export const storeKeyFaults: readonly Fault[] = manglings.map(([id, caughtBy, sentence, mangle]) =>
  storeFault(`key-${id}`, `store.key.${caughtBy}`, sentence, (store) => ({
    insert: (collection, document) =>
      store.insert(collection, { ...document, [collections[collection].key]: mangle(keyOf(collection, document)) }),
    get: async (collection, key) => store.get(collection, mangle(key)),
    update: async (collection, key, change) => store.update(collection, mangle(key), change),
    remove: async (collection, key) => store.remove(collection, mangle(key)),
  })),
);

function reject(pattern: RegExp): (key: string) => string {
  return (key) => {
    if (pattern.test(key)) throw new RunvoyError('INVALID_REQUEST', 'this is no key', { field: 'key' });
    return key;
  };
}
