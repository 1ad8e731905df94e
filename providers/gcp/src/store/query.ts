import type { FieldPath, Query as FirestoreQuery, WhereFilterOp } from '@google-cloud/firestore';
import { type CollectionDeclaration, type Query, RunvoyError } from '@runvoy/core/provider';
import { documentId } from './document-id.ts';

type Scalar = string | number | boolean;

/** Values that one `in` may have: https://cloud.google.com/firestore/docs/query-data/queries#in_not-in_and_array-contains-any */
const maximumValues = 30;

/**
 * The same query for Firestore; several, whose results must be merged, when more values are matched than one can have.
 * `key` is Firestore's own path of a document's id.
 */
export function planQueries(
  from: FirestoreQuery,
  declaration: CollectionDeclaration,
  query: Query,
  key: FieldPath,
): FirestoreQuery[] {
  const index = declaration.indexes[query.index];
  if (!index) throw new RunvoyError('INVALID_REQUEST', `there is no index ${query.index}`, { field: 'index' });
  const direction = index.descending ? 'desc' : 'asc';
  return matches(index.match, query).map((conditions) => {
    let planned = from;
    for (const [field, operator, value] of conditions) planned = planned.where(field, operator, value);
    if (query.from !== undefined) planned = planned.where(index.order, '>=', query.from);
    if (query.to !== undefined) planned = planned.where(index.order, '<=', query.to);
    planned = planned.orderBy(index.order, direction).orderBy(key, direction);
    return query.after ? planned.startAfter(query.after.value, documentId(query.after.key)) : planned;
  });
}

type Where = [field: string, operator: WhereFilterOp, value: Scalar | Scalar[]];

function matches(fields: readonly string[], query: Query): Where[][] {
  return fields.reduce<Where[][]>(
    (heads, field) => {
      const wanted = query.match?.[field];
      if (wanted === undefined)
        throw new RunvoyError('INVALID_REQUEST', `index ${query.index} needs a value for ${field}`, {
          field: `match.${field}`,
        });
      const values = typeof wanted === 'object' ? [...new Set(wanted)] : [wanted];
      const groups = Array.from({ length: Math.ceil(values.length / maximumValues) }, (_, n): Where => {
        const group = values.slice(n * maximumValues, (n + 1) * maximumValues);
        return group.length === 1 ? [field, '==', group[0]!] : [field, 'in', group];
      });
      return heads.flatMap((head) => groups.map((group) => [...head, group]));
    },
    [[]],
  );
}
