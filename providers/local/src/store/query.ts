import { type CollectionDeclaration, type Query, RunvoyError } from '@runvoy/core/provider';
import { columnOf } from './layout.ts';

export type Scalar = string | number;

/** A query in SQL: one statement, run once for every combination of matched values. */
export interface Plan {
  sql: string;
  parameters: Scalar[][];
  descending: boolean;
}

/**
 * One statement a combination, each a plain walk along the index, rather than one with `IN`, which would have to sort
 * everything that matches before it can give the first page.
 */
export function planQuery(collection: string, declaration: CollectionDeclaration, query: Query, now: number): Plan {
  const index = declaration.indexes[query.index];
  if (!index) throw invalid('index', `${collection} has no index ${query.index}`);
  const order = columnOf(declaration, index.order);
  const where = index.match.map((field) => `${columnOf(declaration, field)} = ?`);
  const tail: Scalar[] = [];
  const add = (condition: string, ...values: Scalar[]) => {
    where.push(condition);
    tail.push(...values);
  };
  const bounded = query.from !== undefined || query.to !== undefined || query.after;
  if (!bounded && order !== 'key') where.push(`${order} IS NOT NULL`);
  if (query.from !== undefined) add(`${order} >= ?`, query.from);
  if (query.to !== undefined) add(`${order} <= ?`, query.to);
  if (query.after) add(`(${order}, key) ${index.descending ? '<' : '>'} (?, ?)`, query.after.value, query.after.key);
  if (declaration.expires) add('(expires IS NULL OR expires > ?)', now);
  const direction = index.descending ? 'DESC' : 'ASC';
  // Named twice, SQLite sorts by it although the index has that order.
  const orders = order === 'key' ? ['key'] : [order, 'key'];
  // A limit that is a bare parameter is part of the plan: SQLite would prepare the statement anew each time it is bound.
  return {
    sql: `SELECT ${order}, key, document FROM "${collection}"
      ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
      ORDER BY ${orders.map((column) => `${column} ${direction}`).join(', ')} LIMIT ? + 0`,
    parameters: combinations(index.match.map((field) => valuesOf(query, field))).map((match) => [
      ...match,
      ...tail,
      query.limit,
    ]),
    descending: index.descending,
  };
}

function valuesOf(query: Query, field: string): Scalar[] {
  const wanted = query.match?.[field];
  if (wanted === undefined) throw invalid(`match.${field}`, `index ${query.index} needs a value for ${field}`);
  const values = typeof wanted === 'object' ? [...new Set(wanted)] : [wanted];
  return values.map(toColumn) as Scalar[];
}

/** SQLite has no booleans; JSON's become 0 and 1, as `json_extract` makes them. */
export const toColumn = (value: unknown): Scalar | null => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || typeof value === 'number' ? value : null;
};

function combinations(lists: Scalar[][]): Scalar[][] {
  return lists.reduce<Scalar[][]>(
    (heads, values) => heads.flatMap((head) => values.map((value) => [...head, value])),
    [[]],
  );
}

const invalid = (field: string, message: string) => new RunvoyError('INVALID_REQUEST', message, { field });
