import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Change, type CollectionDeclaration, type Query, RunvoyError } from '@runvoy/core/provider';
import { holds } from '@runvoy/core/toolkit';
import { columnOf, indexedFields } from './layout.ts';
import { planQuery, type Scalar, toColumn } from './query.ts';

type Document = Record<string, unknown>;
/** What a query selects: the order field's value, the key, the document's text. */
type Row = [unknown, unknown, string];

/** Documents of one collection, as JSON beside columns for the fields that an index needs. */
export class Collection {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #name: string;
  readonly #declaration: CollectionDeclaration;
  readonly #fields: string[];
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, name: string, declaration: CollectionDeclaration, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#name = name;
    this.#declaration = declaration;
    this.#fields = indexedFields(declaration);
  }

  insert(document: Document): void {
    const key = document[this.#declaration.key] as string;
    const { changes } = this.#prepare('insert', () => {
      const columns = ['document', 'expires', ...this.#fields.map((field) => columnOf(this.#declaration, field))];
      return `INSERT INTO "${this.#name}" (key, ${columns.join(', ')}) VALUES (?, ${columns.map(() => '?').join(', ')})
        ON CONFLICT (key) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
        WHERE "${this.#name}".expires <= ?`;
    }).run(key, JSON.stringify(document), ...this.#columnValues(document), this.#now());
    if (changes === 0) throw new RunvoyError('CONFLICT', `${this.#name}: there is already a document with this key`);
    if (this.#declaration.expires) this.#sweep();
  }

  get(key: string): Document | undefined {
    const text = this.#read(key);
    const document = text === undefined ? undefined : (JSON.parse(text) as Document);
    return document && !this.#isExpired(document) ? document : undefined;
  }

  /** Writes only over the very text that it read, so it needs no transaction to be atomic, across processes too. */
  update(key: string, change: Change<Document>): Document | undefined {
    for (;;) {
      const before = this.#read(key);
      if (before === undefined) return undefined;
      const document = JSON.parse(before) as Document;
      if (this.#isExpired(document) || !holds(change.when, document)) return undefined;
      Object.assign(document, change.set);
      for (const field of change.unset ?? []) delete document[field];
      const after = JSON.stringify(document);
      const { changes } = this.#prepare('update', () => {
        const columns = this.#fields.map((field) => `, ${columnOf(this.#declaration, field)} = ?`);
        return `UPDATE "${this.#name}" SET document = ?, expires = ?${columns.join('')} WHERE key = ? AND document = ?`;
      }).run(after, ...this.#columnValues(document), key, before);
      if (changes !== 0) return JSON.parse(after) as Document;
    }
  }

  query(query: Query): Document[] {
    const plan = planQuery(this.#name, this.#declaration, query, this.#now());
    const statement = this.#prepare(plan.sql, () => plan.sql);
    const rows = plan.parameters.flatMap((parameters) => statement.all(...parameters) as unknown as Row[]);
    if (plan.parameters.length > 1) {
      const sign = plan.descending ? -1 : 1;
      rows.sort((a, b) => sign * (compare(a[0], b[0]) || compare(a[1], b[1])));
    }
    return rows.slice(0, query.limit).map(([, , document]) => JSON.parse(document) as Document);
  }

  remove(key: string): void {
    this.#prepare('remove', () => `DELETE FROM "${this.#name}" WHERE key = ?`).run(key);
  }

  /** Keeps dead documents from piling up: every insert clears away a few. */
  #sweep(): void {
    this.#prepare(
      'sweep',
      () => `DELETE FROM "${this.#name}" WHERE rowid IN
        (SELECT rowid FROM "${this.#name}" WHERE expires <= ? ORDER BY expires LIMIT 4)`,
    ).run(this.#now());
  }

  /** The text of a document, expired or not. */
  #read(key: string): string | undefined {
    const statement = this.#prepare('read', () => `SELECT document FROM "${this.#name}" WHERE key = ?`);
    return (statement.get(key) as [string] | undefined)?.[0];
  }

  #columnValues(document: Document): (Scalar | null)[] {
    const { expires } = this.#declaration;
    return [toColumn(expires && document[expires]), ...this.#fields.map((field) => toColumn(document[field]))];
  }

  #isExpired(document: Document): boolean {
    const { expires } = this.#declaration;
    return expires !== undefined && (document[expires] as number) <= this.#now();
  }

  #prepare(name: string, sql: () => string): StatementSync {
    let statement = this.#statements.get(name);
    if (!statement) {
      statement = this.#database.prepare(sql());
      // Making an object of a row is a quarter of what a read costs.
      statement.setReturnArrays(true);
      this.#statements.set(name, statement);
    }
    return statement;
  }
}

/** SQLite's order of numbers and of text (by bytes of UTF-8, which is the order of code points, not of UTF-16 units). */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
