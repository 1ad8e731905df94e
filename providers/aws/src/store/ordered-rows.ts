import type { Row } from './attribute.ts';
import type { RowSource } from './row-source.ts';

export interface Ordering {
  descending: boolean;
  /** The sort key of a row; absent: the sources have no order. */
  sortOf: ((row: Row) => string | number) | undefined;
}

/** DynamoDB's order of numbers, and of texts: by bytes of UTF-8, which is not that of UTF-16 units. */
export function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/**
 * Rows of several sources as one sequence, in groups of equal sort keys: within one, DynamoDB has no order, and what rests in
 * seconds is finer here. Sources without an order are one group.
 */
export async function* orderedRows(sources: readonly RowSource[], ordering: Ordering): AsyncGenerator<Row[]> {
  const { sortOf, descending } = ordering;
  if (!sortOf) {
    const all = await Promise.all(sources.map((source) => source.takeWhile(() => true)));
    yield all.flat();
    return;
  }
  const sign = descending ? -1 : 1;
  for (;;) {
    const heads = (await Promise.all(sources.map((source) => source.head()))).filter((row) => row !== undefined);
    if (heads.length === 0) return;
    const [first] = heads.map(sortOf).sort((a, b) => sign * compareValues(a, b));
    const isInGroup = (row: Row) => compareValues(sortOf(row), first!) === 0;
    const group = await Promise.all(sources.map((source) => source.takeWhile(isInGroup)));
    yield group.flat();
  }
}
