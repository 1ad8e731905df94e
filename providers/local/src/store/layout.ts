import type { DatabaseSync } from 'node:sqlite';
import { type CollectionDeclaration, collections, type IndexDeclaration } from '@runvoy/core/provider';
import { transaction } from '../database/open-database.ts';

export const declarations: Record<string, CollectionDeclaration> = collections;

/** The fields of a collection that have a column of their own, beside `key`, `expires` and `document`. */
export function indexedFields({ key, indexes }: CollectionDeclaration): string[] {
  const fields = Object.values(indexes).flatMap(({ match, order }) => [...match, order]);
  return [...new Set(fields)].filter((field) => field !== key);
}

/** The column that holds a field. */
export const columnOf = (declaration: CollectionDeclaration, field: string): string =>
  field === declaration.key ? 'key' : `"field_${field}"`;

/**
 * Brings the tables in line with the declarations. A field that becomes indexed gets its column filled from the documents,
 * so a new declaration needs no migration.
 */
export function prepareLayout(database: DatabaseSync): void {
  const wanted = JSON.stringify(collections);
  if (currentLayout(database) === wanted) return;
  transaction(database, () => {
    if (currentLayout(database) === wanted) return;
    for (const [collection, declaration] of Object.entries(declarations)) {
      prepareTable(database, collection, declaration);
    }
    database.exec('CREATE TABLE IF NOT EXISTS layout (text TEXT NOT NULL); DELETE FROM layout');
    database.prepare('INSERT INTO layout VALUES (?)').run(wanted);
  });
}

function currentLayout(database: DatabaseSync): unknown {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'layout'").get();
  return exists && database.prepare('SELECT text FROM layout').get()?.text;
}

function prepareTable(database: DatabaseSync, collection: string, declaration: CollectionDeclaration): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS "${collection}" (key TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL, expires INTEGER)`,
  );
  const present = new Set(database.prepare(`SELECT name FROM pragma_table_info('${collection}')`).all().map(nameOf));
  for (const field of indexedFields(declaration)) {
    const column = columnOf(declaration, field);
    if (!present.has(`field_${field}`)) database.exec(`ALTER TABLE "${collection}" ADD COLUMN ${column}`);
    database.exec(`UPDATE "${collection}" SET ${column} = json_extract(document, '$."${field}"')`);
  }
  if (declaration.expires) {
    database.exec(`UPDATE "${collection}" SET expires = json_extract(document, '$."${declaration.expires}"')`);
    database.exec(
      `CREATE INDEX IF NOT EXISTS "${collection}_expires" ON "${collection}" (expires) WHERE expires IS NOT NULL`,
    );
  }
  for (const [name, index] of Object.entries(declaration.indexes)) {
    const columns = indexColumns(declaration, index);
    if (columns.length === 1 && columns[0] === 'key') continue;
    // Most fields that are matched are absent at first, and what is not in an index costs an insert nothing.
    const matched = index.match.map((field) => `${columnOf(declaration, field)} IS NOT NULL`);
    database.exec(
      `CREATE INDEX IF NOT EXISTS "${collection}_${name}" ON "${collection}" (${columns.join(', ')})
        ${matched.length > 0 ? `WHERE ${matched.join(' AND ')}` : ''}`,
    );
  }
}

function indexColumns(declaration: CollectionDeclaration, { match, order }: IndexDeclaration): string[] {
  return [...new Set([...match, order, declaration.key].map((field) => columnOf(declaration, field)))];
}

const nameOf = (row: Record<string, unknown>) => String(row.name);
