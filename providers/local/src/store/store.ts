import type { DatabaseSync } from 'node:sqlite';
import type { CallOptions, Change, CollectionName, Documents, Query, Store } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import { Collection } from './collection.ts';
import { declarations } from './layout.ts';
import { SharedTransaction } from './shared-transaction.ts';

type Fields = Record<string, unknown>;

export class LocalStore implements Store {
  readonly #lifecycle: Lifecycle;
  readonly #collections: Record<CollectionName, Collection>;
  readonly #reads: SharedTransaction;
  readonly #writes: SharedTransaction;

  constructor(database: DatabaseSync, lifecycle: Lifecycle, now: () => number) {
    this.#lifecycle = lifecycle;
    this.#reads = new SharedTransaction(database, 'read');
    this.#writes = new SharedTransaction(database, 'write');
    this.#collections = Object.fromEntries(
      Object.entries(declarations).map(([name, declaration]) => [
        name,
        new Collection(database, name, declaration, now),
      ]),
    ) as Record<CollectionName, Collection>;
  }

  async insert<C extends CollectionName>(collection: C, document: Documents[C], call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    await this.#writes.run(() => this.#collections[collection].insert(document as unknown as Fields));
  }

  async get<C extends CollectionName>(
    collection: C,
    key: string,
    call?: CallOptions,
  ): Promise<Documents[C] | undefined> {
    this.#lifecycle.enter(call);
    return this.#reads.run(() => this.#collections[collection].get(key) as Documents[C] | undefined);
  }

  async update<C extends CollectionName>(
    collection: C,
    key: string,
    change: Change<Documents[C]>,
    call?: CallOptions,
  ): Promise<Documents[C] | undefined> {
    this.#lifecycle.enter(call);
    return this.#writes.run(
      () => this.#collections[collection].update(key, change as Change<Fields>) as Documents[C] | undefined,
    );
  }

  async query<C extends CollectionName>(collection: C, query: Query, call?: CallOptions): Promise<Documents[C][]> {
    this.#lifecycle.enter(call);
    return this.#reads.run(() => this.#collections[collection].query(query) as unknown as Documents[C][]);
  }

  async remove<C extends CollectionName>(collection: C, key: string, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    await this.#writes.run(() => this.#collections[collection].remove(key));
  }

  /** Finishes what was accepted. */
  flush(): void {
    this.#reads.flush();
    this.#writes.flush();
  }
}
