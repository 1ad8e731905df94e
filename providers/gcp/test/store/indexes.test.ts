import { readFileSync } from 'node:fs';
import { Query } from '@google-cloud/firestore';
import { type CollectionName, collections } from '@runvoy/core/provider';
import { expect, test, vi } from 'vitest';
import { useDeployment } from '../support/deployment.ts';

interface Index {
  collectionGroup: string;
  fields: { fieldPath: string; order: string }[];
}

const declared: { indexes: Index[]; fieldOverrides: { collectionGroup: string; fieldPath: string; indexes: [] }[] } =
  JSON.parse(readFileSync(new URL('../../firestore.indexes.json', import.meta.url), 'utf8'));

interface Filter {
  fieldFilter?: { field: { fieldPath: string }; op: string };
  compositeFilter?: { filters: Filter[] };
}

interface StructuredQuery {
  from: { collectionId: string }[];
  where?: Filter;
  orderBy?: { field: { fieldPath: string }; direction: string }[];
}

/** Every query that Google's client is about to send. */
function recordQueries(): StructuredQuery[] {
  const seen: StructuredQuery[] = [];
  const get = Query.prototype.get;
  vi.spyOn(Query.prototype, 'get').mockImplementation(function (this: Query) {
    const { structuredQuery } = (this as unknown as { toProto(): { structuredQuery: StructuredQuery } }).toProto();
    seen.push(structuredQuery);
    return get.call(this);
  });
  return seen;
}

const filtersOf = (filter: Filter | undefined): NonNullable<Filter['fieldFilter']>[] =>
  filter?.fieldFilter ? [filter.fieldFilter] : (filter?.compositeFilter?.filters ?? []).flatMap(filtersOf);

/** What the query needs by Firestore's rules; undefined: the indexes that every field has do. */
function neededIndex({ from, where, orderBy = [] }: StructuredQuery): string | undefined {
  const equal = filtersOf(where).filter(({ op }) => op === 'EQUAL' || op === 'IN');
  const orders = orderBy.filter(({ field }) => field.fieldPath !== '__name__');
  const fields = [
    ...equal.map(({ field }) => `${field.fieldPath} ASCENDING`),
    ...orders.map(({ field, direction }) => `${field.fieldPath} ${direction}`),
  ];
  return fields.length > 1 ? `${from[0]!.collectionId}: ${fields.join(', ')}` : undefined;
}

const described = ({ collectionGroup, fields }: Index): string =>
  `${collectionGroup}: ${fields.map(({ fieldPath, order }) => `${fieldPath} ${order}`).join(', ')}`;

const deployment = useDeployment();

test('firestore.indexes.json has the indexes that the queries need, and no other', async () => {
  const { store, logs, tasks } = await deployment.open();
  const queries = recordQueries();
  for (const [name, { indexes }] of Object.entries(collections)) {
    for (const [index, { match }] of Object.entries(indexes as Record<string, { match: readonly string[] }>)) {
      for (const value of ['x', ['x', 'y']]) {
        const values = Object.fromEntries(match.map((field) => [field, value]));
        const query = { index, match: values, limit: 3 };
        await store.query(name as CollectionName, query);
        await store.query(name as CollectionName, { ...query, from: 'a', to: 'b', after: { value: 'a', key: 'k' } });
      }
    }
  }
  await logs.append('e', [{ id: '1', time: 1, stream: 'stdout', text: 'x' }], { end: true });
  await (await deployment.open()).logs.append('e', [{ id: '2', time: 1, stream: 'stdout', text: 'y' }]);
  await logs.exchange?.('e', []);
  await logs.read('e');
  await (await deployment.open()).logs.ended('e');
  await tasks.inspect({ executionId: 'never-started' });
  const needed = new Set(queries.map(neededIndex).filter((index) => index !== undefined));
  expect([...needed].sort()).toEqual(declared.indexes.map(described).sort());
  const exempt = new Set(
    declared.fieldOverrides.map(({ collectionGroup, fieldPath }) => `${collectionGroup} ${fieldPath}`),
  );
  const used = queries.flatMap(({ from, where, orderBy = [] }) =>
    [...filtersOf(where), ...orderBy].map(({ field }) => `${from[0]!.collectionId} ${field.fieldPath}`),
  );
  expect(used.filter((field) => exempt.has(field))).toEqual([]);
});
