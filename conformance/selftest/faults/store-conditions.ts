import type { Fault } from './support/fault.ts';
import { storeFault } from './support/loose-store.ts';

type Matches = (value: unknown, wanted: unknown) => boolean;

const same: Matches = (value, wanted) =>
  wanted === null ? value === undefined : Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
const every = (test: (entry: [string, unknown]) => boolean) => (entries: [string, unknown][]) => entries.every(test);

/** Where a value is compared. */
const comparisons: readonly [caughtBy: string, sentence: string, matches: Matches][] = [
  [
    'value-holds',
    'A text never equals a condition.',
    (value, wanted) => typeof wanted !== 'string' && same(value, wanted),
  ],
  [
    'value-fails',
    'Conditions with a text are not looked at.',
    (value, wanted) => typeof wanted === 'string' || same(value, wanted),
  ],
  ['value-absent', 'An absent field equals everything.', (value, wanted) => value === undefined || same(value, wanted)],
  [
    'any-of-holds',
    'Of several values only the first counts.',
    (value, wanted) => same(value, Array.isArray(wanted) ? wanted[0] : wanted),
  ],
  [
    'any-of-fails',
    'Conditions with several values are not looked at.',
    (value, wanted) => (Array.isArray(wanted) && wanted.length > 0) || same(value, wanted),
  ],
  [
    'any-of-none',
    'A condition with an empty list always holds.',
    (value, wanted) => (Array.isArray(wanted) && wanted.length === 0) || same(value, wanted),
  ],
  [
    'null-holds',
    'A condition with null asks for a field that holds null.',
    (value, wanted) => (wanted === null ? value === null : same(value, wanted)),
  ],
  ['null-fails', 'A condition with null is not looked at.', (value, wanted) => wanted === null || same(value, wanted)],
  [
    'null-empty-text',
    'An empty text counts as absent.',
    (value, wanted) => (wanted === null && value === '') || same(value, wanted),
  ],
  ['null-zero', 'A zero counts as absent.', (value, wanted) => (wanted === null && value === 0) || same(value, wanted)],
  ['false-holds', 'A condition with false never holds.', (value, wanted) => wanted !== false && same(value, wanted)],
  [
    'false-absent',
    'An absent field counts as false.',
    (value, wanted) => (wanted === false && value === undefined) || same(value, wanted),
  ],
  [
    'number-holds',
    'Numbers are compared with texts, and are never the same.',
    (value, wanted) => typeof wanted !== 'number' && same(value, wanted),
  ],
  [
    'number-as-text',
    'Values are compared as texts.',
    (value, wanted) => same(value, wanted) || (typeof wanted === 'number' && String(value) === String(wanted)),
  ],
  [
    'case-differs',
    'Texts are compared without case.',
    (value, wanted) =>
      same(value, wanted) ||
      (typeof wanted === 'string' && typeof value === 'string' && value.toLowerCase() === wanted.toLowerCase()),
  ],
];

export const storeConditionFaults: readonly Fault[] = [
  ...comparisons.map(([caughtBy, sentence, matches]) =>
    conditionFault(caughtBy, sentence, (document, entries) =>
      every(([field, wanted]) => matches(document[field], wanted))(entries),
    ),
  ),
  conditionFault(
    'all-hold',
    'More than one condition is never met.',
    (document, entries) => entries.length < 2 && every(([field, wanted]) => same(document[field], wanted))(entries),
  ),
  conditionFault('one-of-several-fails', 'Only the first condition is looked at.', (document, entries) =>
    every(([field, wanted]) => same(document[field], wanted))(entries.slice(0, 1)),
  ),
];

function conditionFault(
  caughtBy: string,
  sentence: string,
  holds: (document: Record<string, unknown>, entries: [string, unknown][]) => boolean,
): Fault {
  return storeFault(`condition-${caughtBy}`, `store.when.${caughtBy}`, sentence, (store) => ({
    async update(collection, key, { when = {}, ...change }) {
      const document = await store.get(collection, key);
      const entries = Object.entries(when).filter(([, wanted]) => wanted !== undefined);
      return document && holds(document, entries) ? store.update(collection, key, change) : undefined;
    },
  }));
}
