import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { TaskTemplate } from '@runvoy/core/provider';

/** What was prepared. Nothing has to exist for a template to run here; this only remembers. */
export class Templates {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('CREATE TABLE IF NOT EXISTS templates (ref TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID');
  }

  /** The same ref for the same template. */
  add({ imageId, image, cpu, memory, platform }: TaskTemplate): string {
    const digest = createHash('sha256').update(JSON.stringify([imageId, image, cpu, memory, platform]));
    const ref = `template-${digest.digest('hex').slice(0, 16)}`;
    this.#database.prepare('INSERT OR IGNORE INTO templates VALUES (?)').run(ref);
    return ref;
  }

  remove(ref: string): void {
    this.#database.prepare('DELETE FROM templates WHERE ref = ?').run(ref);
  }

  list(): string[] {
    const rows = this.#database.prepare('SELECT ref FROM templates').all();
    return rows.map((row) => row.ref as string);
  }
}
