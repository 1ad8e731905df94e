import {
  type CallOptions,
  type Change,
  type CollectionDeclaration,
  type CollectionName,
  collections,
  type Documents,
  type Query,
  type Store,
} from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import type { Clients } from '../connect/clients.ts';
import { type CompanionOf, FirestoreCollection } from './collection.ts';
import { withinDeadline } from './within-deadline.ts';

type Fields = Record<string, unknown>;

/** Metadata documents in Firestore: a collection each, whose names begin with the configured prefix. */
export class FirestoreStore implements Store {
  readonly #clients: Clients;
  readonly #lifecycle: Lifecycle;
  readonly #config: GcpConfig;
  readonly #now: () => number;
  readonly #companions: Partial<Record<CollectionName, CompanionOf>>;
  readonly #opened = new Map<CollectionName, FirestoreCollection>();

  /** `companions`: what is created together with new documents of a collection. */
  constructor(
    config: GcpConfig,
    clients: Clients,
    lifecycle: Lifecycle,
    now: () => number,
    companions: Partial<Record<CollectionName, CompanionOf>> = {},
  ) {
    this.#config = config;
    this.#clients = clients;
    this.#lifecycle = lifecycle;
    this.#now = now;
    this.#companions = companions;
  }

  insert<C extends CollectionName>(collection: C, document: Documents[C], call?: CallOptions): Promise<void> {
    return this.#in(collection, call, (opened) => opened.insert(document as unknown as Fields));
  }

  get<C extends CollectionName>(collection: C, key: string, call?: CallOptions): Promise<Documents[C] | undefined> {
    return this.#in(collection, call, (opened) => opened.get(key) as Promise<Documents[C] | undefined>);
  }

  update<C extends CollectionName>(
    collection: C,
    key: string,
    change: Change<Documents[C]>,
    call?: CallOptions,
  ): Promise<Documents[C] | undefined> {
    return this.#in(
      collection,
      call,
      (opened) => opened.update(key, change as Change<Fields>) as Promise<Documents[C] | undefined>,
    );
  }

  query<C extends CollectionName>(collection: C, query: Query, call?: CallOptions): Promise<Documents[C][]> {
    return this.#in(collection, call, (opened) => opened.query(query) as unknown as Promise<Documents[C][]>);
  }

  remove<C extends CollectionName>(collection: C, key: string, call?: CallOptions): Promise<void> {
    return this.#in(collection, call, (opened) => opened.remove(key));
  }

  async #in<T>(
    name: CollectionName,
    call: CallOptions | undefined,
    work: (collection: FirestoreCollection) => Promise<T>,
  ): Promise<T> {
    this.#lifecycle.enter(call);
    return this.#lifecycle.settle(withinDeadline(this.#clients.track(this.#open(name).then(work))), call);
  }

  async #open(name: CollectionName): Promise<FirestoreCollection> {
    const opened = this.#opened.get(name);
    if (opened) return opened;
    const path = this.#config.firestore.prefix + name;
    const declaration: CollectionDeclaration = collections[name];
    const firestore = await this.#clients.firestore();
    const collection = new FirestoreCollection(firestore, path, declaration, this.#now, this.#companions[name]);
    // Somebody else may have opened it meanwhile: what that one remembers must not be lost.
    if (!this.#opened.has(name)) this.#opened.set(name, collection);
    return this.#opened.get(name)!;
  }
}
