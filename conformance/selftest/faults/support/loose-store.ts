import { type CollectionName, collections, type Query, type Store } from '@runvoy/core/provider';
import { type Fault, type FaultContext, faultsIn } from './fault.ts';

export type Document = Record<string, unknown>;

export interface LooseChange {
  set?: Document;
  unset?: readonly string[];
  when?: Document;
}

/** The store without the types of the collections, which a fault does not care for. */
export interface LooseStore {
  insert(collection: CollectionName, document: Document): Promise<void>;
  get(collection: CollectionName, key: string): Promise<Document | undefined>;
  update(collection: CollectionName, key: string, change: LooseChange): Promise<Document | undefined>;
  query(collection: CollectionName, query: Query): Promise<Document[]>;
  remove(collection: CollectionName, key: string): Promise<void>;
}

const inStore = faultsIn('store');

export function storeFault(
  id: string,
  caughtBy: string,
  sentence: string,
  change: (store: LooseStore, context: FaultContext) => Partial<LooseStore>,
): Fault {
  return inStore(id, caughtBy, sentence, (store, context) => {
    return change(store as unknown as LooseStore, context) as unknown as Partial<Store>;
  });
}

export function keyOf(collection: CollectionName, document: Document): string {
  return document[collections[collection].key] as string;
}

export function withoutUndefined(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}
