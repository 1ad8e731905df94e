import {
  type CallOptions,
  type CollectionName,
  collections,
  type IndexDeclaration,
  type Query,
  RunvoyError,
} from '@runvoy/core/provider';
import type { Dynamo } from '../clients/dynamo.ts';
import type { Table } from '../config.ts';
import { type Row, toSeconds } from './attribute.ts';
import { rowKey } from './document-key.ts';
import { Expression } from './expression.ts';
import { lacksIndex, unknownLayout } from './lacks-index.ts';
import type { IndexLayout } from './layout.ts';
import { compareValues, type Ordering, orderedRows } from './ordered-rows.ts';
import { PartitionSource, type RowSource, ScanSource } from './row-source.ts';
import type { Fields, Rows } from './rows.ts';

export interface Found {
  row: Row;
  document: Fields;
}

interface Request {
  collection: CollectionName;
  rows: Rows;
  query: Query;
  declaration: IndexDeclaration;
  /** By field of `match`. */
  wanted: Map<string, readonly unknown[]>;
  call: CallOptions | undefined;
}

/** Answers queries from the indexes that there are. */
export class QueryPlanner {
  readonly #dynamo: Dynamo;
  readonly #tables: Record<Table, string>;
  readonly #now: () => number;
  /** `<table>/<index>` that a query has found to be missing. */
  readonly #missing = new Set<string>();

  constructor(dynamo: Dynamo, tables: Record<Table, string>, now: () => number) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#now = now;
  }

  async run(collection: CollectionName, rows: Rows, query: Query, call?: CallOptions): Promise<Found[]> {
    const declaration = (collections[collection].indexes as Record<string, IndexDeclaration>)[query.index];
    if (!declaration) throw invalid('index', `${collection} has no index ${query.index}`);
    const wanted = new Map(declaration.match.map((field) => [field, valuesOf(query, field)]));
    const request: Request = { collection, rows, query, declaration, wanted, call };
    // Which index a table has does not change, so this goes on at most as often as there are fallbacks.
    for (;;) {
      const index = this.#choose(request);
      try {
        return await this.#read(request, index);
      } catch (error) {
        if (!index.name || !lacksIndex(error)) throw error;
        if (!index.otherwise)
          throw unknownLayout(this.#tables[rows.layout.table], `it has no index ${index.name}`, error);
        this.#missing.add(`${rows.layout.table}/${index.name}`);
      }
    }
  }

  /** The index of the layout, or what stands in for one that the table has not got or that cannot answer this. */
  #choose({ rows, query, wanted }: Request): IndexLayout {
    const { indexes, table } = rows.layout;
    const named = indexes[query.index]!;
    const isMissing = ({ name, otherwise }: IndexLayout) => otherwise && this.#missing.has(`${table}/${name}`);
    // A sparse index has only what is marked.
    const isSparse = wanted.size > 0 && named.partition?.values !== undefined;
    const asksForOthers = isSparse && [...wanted.values()].flat().some((value) => value !== true);
    const stand = asksForOthers ? 'all' : (named.within ?? (isMissing(named) && named.otherwise));
    if (typeof stand === 'object') return indexes[stand.within]!;
    if (stand === 'scan') return { ...named, name: undefined };
    if (!stand) return named;
    const other = indexes[stand]!;
    return isMissing(other) ? { ...other, name: undefined } : other;
  }

  async #read(request: Request, index: IndexLayout): Promise<Found[]> {
    const { rows, query, declaration } = request;
    const ordering: Ordering = {
      descending: declaration.descending,
      sortOf: index.sort && index.name ? (row) => sortValue(rows, index.sort!, row) : undefined,
    };
    const found: Found[] = [];
    for await (const group of orderedRows(this.#sources(request, index), ordering)) {
      const documents = group
        .map((row) => ({ row, document: rows.toDocument(row) }))
        .filter((candidate) => this.#matches(request, candidate));
      found.push(...documents.sort((a, b) => this.#compare(request, a.document, b.document)));
      if (found.length >= query.limit) break;
    }
    return found.slice(0, query.limit);
  }

  #sources(request: Request, index: IndexLayout): RowSource[] {
    const { rows, query, wanted, call } = request;
    const table = this.#tables[rows.layout.table];
    if (!index.name) {
      const filter = index.scanned && {
        FilterExpression: 'attribute_exists(#scanned)',
        ExpressionAttributeNames: { '#scanned': index.scanned },
      };
      return [new ScanSource(this.#dynamo, { TableName: table, ...filter }, call)];
    }
    const { attribute, values } = index.partition!;
    const isKeyOf = (field: string) => rows.attribute(field).name === attribute;
    const partitions = values ?? (wanted.get(attribute) as readonly string[]);
    return partitions.map((partition) => {
      const expression = new Expression();
      const key = [`${expression.name(attribute)} = ${expression.value({ S: partition })}`];
      if (index.sort) key.push(...this.#range(request, index.sort, expression));
      const filters = [...wanted]
        .filter(([field]) => !isKeyOf(field))
        .map(([field, any]) => expression.holds(rows.attribute(field), any))
        .filter((condition) => condition !== undefined);
      return new PartitionSource(
        this.#dynamo,
        {
          TableName: table,
          IndexName: index.name,
          KeyConditionExpression: key.join(' AND '),
          ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
          ...expression.attributes,
          ScanIndexForward: !request.declaration.descending,
        },
        { firstPage: query.limit + 1, isFiltered: filters.length > 0, isSorted: index.sort !== undefined },
        call,
      );
    });
  }

  /** Bounds of the sort key: those of the query, and the position that the page comes after. */
  #range({ rows, query, declaration }: Request, field: string, expression: Expression): string[] {
    const { descending } = declaration;
    const position = query.after?.value;
    const lower = strictest([query.from, descending ? undefined : position], 1);
    const upper = strictest([query.to, descending ? position : undefined], -1);
    const bound = (value: string | number) => expression.value(storedSort(rows, field, value));
    // An empty text is no value that a key could have.
    const hasLower = lower !== undefined && lower !== '';
    const hasUpper = upper !== undefined && upper !== '';
    if (!hasLower && !hasUpper) return [];
    const name = expression.name(field === rows.keyField ? rows.layout.key : rows.attribute(field).name);
    if (hasLower && hasUpper && compareValues(lower, upper) > 0) return [`${name} = ${bound(lower)}`];
    if (hasLower && hasUpper) return [`${name} BETWEEN ${bound(lower)} AND ${bound(upper)}`];
    if (hasLower) return [`${name} >= ${bound(lower)}`];
    return [`${name} <= ${bound(upper as string | number)}`];
  }

  #matches({ rows, query, declaration, wanted }: Request, { row, document }: Found): boolean {
    if (rows.isExpired(row, this.#now())) return false;
    for (const [field, values] of wanted) if (!values.includes(document[field])) return false;
    const value = document[declaration.order] as string | number | undefined;
    if (value === undefined) return false;
    if (query.from !== undefined && compareValues(value, query.from) < 0) return false;
    if (query.to !== undefined && compareValues(value, query.to) > 0) return false;
    if (!query.after) return true;
    const sign = declaration.descending ? -1 : 1;
    const key = document[rows.keyField] as string;
    return sign * (compareValues(value, query.after.value) || compareValues(key, query.after.key)) > 0;
  }

  #compare({ rows, declaration }: Request, a: Fields, b: Fields): number {
    const by = (field: string) => compareValues(a[field] as string | number, b[field] as string | number);
    return (declaration.descending ? -1 : 1) * (by(declaration.order) || by(rows.keyField));
  }
}

/** The highest of lower bounds (1), the lowest of upper ones (-1). */
function strictest(bounds: readonly (string | number | undefined)[], sign: 1 | -1): string | number | undefined {
  const given = bounds.filter((bound) => bound !== undefined);
  return given.sort((a, b) => sign * compareValues(b, a))[0];
}

function storedSort(rows: Rows, field: string, value: string | number) {
  if (typeof value === 'string') return { S: field === rows.keyField ? rowKey(value, rows.layout.prefix) : value };
  const { kind } = rows.attribute(field);
  return { N: String(kind === 'seconds' || kind === 'expiry' ? toSeconds(kind, value) : value) };
}

function sortValue(rows: Rows, field: string, row: Row): string | number {
  const { S, N } = row[field === rows.keyField ? rows.layout.key : rows.attribute(field).name] ?? {};
  return S ?? Number(N);
}

function valuesOf(query: Query, field: string): readonly unknown[] {
  const wanted = query.match?.[field];
  if (wanted === undefined) throw invalid(`match.${field}`, `index ${query.index} needs a value for ${field}`);
  return typeof wanted === 'object' ? [...new Set(wanted)] : [wanted];
}

const invalid = (field: string, message: string) => new RunvoyError('INVALID_REQUEST', message, { field });
