import { type CollectionName, collections } from '@runvoy/core/provider';
import { type Attribute, decode, encode, type Row, zeroTime } from './attribute.ts';
import { rowKey, wholeKey } from './document-key.ts';
import { type CollectionLayout, layouts } from './layout.ts';

export type Fields = Record<string, unknown>;

/** A collection with everything that follows from its declaration. */
export class Rows {
  readonly layout: CollectionLayout;
  readonly keyField: string;
  readonly #expires: Attribute | undefined;

  constructor(collection: CollectionName) {
    this.layout = layouts[collection];
    this.keyField = collections[collection].key;
    const { expires } = collections[collection] as { expires?: string };
    this.#expires = expires === undefined ? undefined : this.attribute(expires);
  }

  /** A field that the layout does not name rests under its own name. */
  attribute(field: string): Attribute {
    return this.layout.attributes[field] ?? { name: field, kind: 'plain' };
  }

  get expires(): Attribute | undefined {
    return this.#expires;
  }

  keyOf(key: string): Row {
    return { [this.layout.key]: { S: rowKey(key, this.layout.prefix) } };
  }

  fromDocument(document: Fields): Row {
    const row: Row = { ...this.layout.constants };
    for (const [field, value] of Object.entries(document)) {
      if (value !== undefined && field !== this.keyField) Object.assign(row, encode(this.attribute(field), value));
    }
    for (const { name, zero } of Object.values(this.layout.attributes)) if (zero) row[name] ??= { S: zeroTime };
    return { ...row, ...this.#keyAttributes(document[this.keyField] as string) };
  }

  toDocument(row: Row): Fields {
    const stored = row[this.layout.key]?.S ?? '';
    const document: Fields = { [this.keyField]: row[wholeKey]?.S ?? stored.slice(this.layout.prefix?.length ?? 0) };
    for (const [field, attribute] of Object.entries(this.layout.attributes)) {
      const value = decode(attribute, row);
      if (value !== undefined) document[field] = value;
    }
    this.layout.complete?.(document);
    return document;
  }

  isExpired(row: Row, now: number): boolean {
    if (!this.#expires) return false;
    const time = decode(this.#expires, row);
    return time !== undefined && (time as number) <= now;
  }

  #keyAttributes(key: string): Row {
    const attributes = this.keyOf(key);
    const isWhole = attributes[this.layout.key]?.S === (this.layout.prefix ?? '') + key;
    return isWhole ? attributes : { ...attributes, [wholeKey]: { S: key } };
  }
}
