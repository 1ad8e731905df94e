import type { CollectionName, Documents } from './collections.ts';
import type { CallOptions } from './plugin.ts';

/** Documents are flat; `undefined` is absence. Numbers are finite; times are integer milliseconds since the epoch. */
export type FieldValue = string | number | boolean | readonly string[];

type ScalarFields<D> = {
  [F in keyof D as Exclude<D[F], undefined> extends string | number | boolean ? F : never]: D[F];
};

/** All must hold. A value: the field equals it; an array: it equals one of them; `null`: the field is absent. */
export type Condition<D> = {
  [F in keyof ScalarFields<D>]?: Exclude<D[F], undefined> | readonly Exclude<D[F], undefined>[] | null;
};

export interface Change<D> {
  set?: Partial<D>;
  /** Fields to remove. */
  unset?: readonly (keyof D)[];
  when?: Condition<D>;
}

/** Where a page ended: the order field's value and the key of the last document on it. */
export interface Position {
  value: string | number;
  key: string;
}

/**
 * One page of one declared index (see `collections`).
 * `match` gives a value, or several of which any will do, for each of the index's `match` fields.
 */
export interface Query {
  index: string;
  match?: Record<string, string | number | boolean | readonly (string | number | boolean)[]>;
  /** Bounds on the order field, both inclusive. */
  from?: string | number;
  to?: string | number;
  /** Only documents that come after this position in the index's order. */
  after?: Position;
  /** 1 to 1,000. A page shorter than this is the last one. */
  limit: number;
}

/**
 * Metadata documents in declared collections.
 *
 * - Reads see every write that has resolved before (`get` and `update` always; `query` may lag by the harness's declared lag).
 * - A document whose collection declares an `expires` field, and whose time is not after `now()`, is never returned and
 *   counts as absent for `insert`, `get`, `update` and `query`, at once, whatever delay the database's own expiry has.
 * - Keys are 1 to 512 characters of any kind, `/`, `#` and spaces included. A document may have 512 KiB.
 */
export interface Store {
  /** Adds a document. Rejects with `CONFLICT`, and changes nothing, when its key is taken. */
  insert<C extends CollectionName>(collection: C, document: Documents[C], call?: CallOptions): Promise<void>;
  get<C extends CollectionName>(collection: C, key: string, call?: CallOptions): Promise<Documents[C] | undefined>;
  /**
   * Changes the given fields of one document and leaves the others, if `when` holds, as one atomic step: of any number of
   * concurrent updates whose conditions exclude each other, one applies. Resolves to the document as changed, or to
   * `undefined` when there is none with that key or the condition did not hold.
   */
  update<C extends CollectionName>(
    collection: C,
    key: string,
    change: Change<Documents[C]>,
    call?: CallOptions,
  ): Promise<Documents[C] | undefined>;
  /**
   * Pages through an index, in the index's order, ties in a stable order; a document that exists throughout is seen exactly
   * once when pages are followed with `after`, whatever is written meanwhile (unless its own order field changes).
   */
  query<C extends CollectionName>(collection: C, query: Query, call?: CallOptions): Promise<Documents[C][]>;
  /** Removes. A key that is not there is no error. */
  remove<C extends CollectionName>(collection: C, key: string, call?: CallOptions): Promise<void>;
}
