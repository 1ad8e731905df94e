import type { DatabaseSync } from 'node:sqlite';
import type { CallOptions, Secrets } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import { seal, unseal } from './cipher.ts';
import { readKey } from './key-file.ts';

export class LocalSecrets implements Secrets {
  readonly #database: DatabaseSync;
  readonly #lifecycle: Lifecycle;
  readonly #now: () => number;
  readonly #keyFile: string;
  #key: Buffer | undefined;

  constructor(database: DatabaseSync, lifecycle: Lifecycle, now: () => number, keyFile: string) {
    this.#database = database;
    this.#lifecycle = lifecycle;
    this.#now = now;
    this.#keyFile = keyFile;
    database.exec(
      'CREATE TABLE IF NOT EXISTS secret_values (name TEXT NOT NULL PRIMARY KEY, sealed BLOB NOT NULL, expires INTEGER)',
    );
  }

  async put(name: string, value: string, options?: { expiresAt?: number }, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    const sealed = seal(this.#openKey(), name, value);
    this.#database.prepare('DELETE FROM secret_values WHERE expires <= ?').run(this.#now());
    this.#database
      .prepare('INSERT OR REPLACE INTO secret_values VALUES (?, ?, ?)')
      .run(name, sealed, options?.expiresAt ?? null);
  }

  async reveal(name: string, call?: CallOptions): Promise<string | undefined> {
    this.#lifecycle.enter(call);
    const row = this.#database
      .prepare('SELECT sealed FROM secret_values WHERE name = ? AND (expires IS NULL OR expires > ?)')
      .get(name, this.#now());
    return row && unseal(this.#openKey(), name, row.sealed as Uint8Array);
  }

  async remove(name: string, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    this.#database.prepare('DELETE FROM secret_values WHERE name = ?').run(name);
  }

  async list(call?: CallOptions): Promise<string[]> {
    this.#lifecycle.enter(call);
    const rows = this.#database
      .prepare('SELECT name FROM secret_values WHERE expires IS NULL OR expires > ?')
      .all(this.#now());
    return rows.map((row) => row.name as string);
  }

  #openKey(): Buffer {
    this.#key ??= readKey(this.#keyFile);
    return this.#key;
  }
}
