import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type Attribute,
  encode,
  millisecondsOf,
  namesOf,
  partsOf,
  plain,
  type Row,
  toSeconds,
  toTimestamp,
  zeroTime,
} from './attribute.ts';
import { digestOf, isMoved } from './overflow.ts';

export interface FieldChange {
  attribute: Attribute;
  /** `undefined`: the field is removed. */
  value: unknown;
  /** Where the whole value is, when this is only its preview. */
  reference?: string;
}

/** Collects the names and values of an expression; `undefined` stands for a condition that never holds. */
export class Expression {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, AttributeValue>();

  name(attribute: string): string {
    const placeholder = this.#names.get(attribute) ?? `#n${this.#names.size}`;
    this.#names.set(attribute, placeholder);
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${this.#values.size}`;
    this.#values.set(placeholder, value);
    return placeholder;
  }

  /** As DynamoDB wants them: not at all when there are none. */
  get attributes() {
    return {
      ...(this.#names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries(
          [...this.#names].map(([name, placeholder]) => [placeholder, name]),
        ),
      }),
      ...(this.#values.size > 0 && { ExpressionAttributeValues: Object.fromEntries(this.#values) }),
    };
  }

  /** A condition of the contract on one field. */
  holds(attribute: Attribute, wanted: unknown): string | undefined {
    if (wanted === null) return this.#isAbsent(attribute);
    if (!Array.isArray(wanted)) return this.#equals(attribute, wanted);
    const any = wanted.map((value) => this.#equals(attribute, value));
    return any.length === 0 ? undefined : `(${any.join(' OR ')})`;
  }

  /** Whether a row has expired at a time: `attribute_exists` is implied by the comparisons. */
  expired(attribute: Attribute, now: number): string {
    const seconds = this.name(attribute.name);
    const whole = this.value({ N: String(Math.floor(now / 1000)) });
    const next = this.value({ N: String(Math.ceil(now / 1000)) });
    const exact = `${this.name(millisecondsOf(attribute.name))} <= ${this.value({ N: String(now) })}`;
    return `(${seconds} <= ${whole} OR (${seconds} = ${next} AND ${exact}))`;
  }

  /** What sets and removes fields; empty when nothing changes. */
  update(changes: readonly FieldChange[], constants: Row = {}): string {
    const set: string[] = [];
    const remove = new Set<string>();
    for (const { attribute, value, reference } of changes) {
      const encoded = value === undefined ? {} : encode(attribute, value);
      if (reference !== undefined) encoded[partsOf(attribute.name)] = { S: reference };
      for (const [name, stored] of Object.entries(encoded)) set.push(`${this.name(name)} = ${this.value(stored)}`);
      for (const name of namesOf(attribute)) if (!encoded[name]) remove.add(name);
    }
    for (const [name, stored] of Object.entries(constants)) set.push(`${this.name(name)} = ${this.value(stored)}`);
    return [
      ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
      ...(remove.size > 0 ? [`REMOVE ${[...remove].map((name) => this.name(name)).join(', ')}`] : []),
    ].join(' ');
  }

  #isAbsent({ name, kind, zero }: Attribute): string | undefined {
    if (kind === 'mark') return undefined;
    const absent = `attribute_not_exists(${this.name(name)})`;
    return zero ? `(${absent} OR ${this.name(name)} = ${this.value({ S: zeroTime })})` : absent;
  }

  #equals(attribute: Attribute, value: unknown): string {
    const { name, kind } = attribute;
    const placeholder = this.name(name);
    const absent = `attribute_not_exists(${placeholder})`;
    if (kind === 'mark') return value === true ? `attribute_exists(${placeholder})` : absent;
    if (kind === 'seconds' || kind === 'expiry') return this.#equalsTime(attribute, value as number);
    if (attribute.large && isMoved(value)) {
      return `contains(${this.name(partsOf(name))}, ${this.value({ S: digestOf(value) })})`;
    }
    const stored =
      kind === 'timestamp'
        ? { S: toTimestamp(value as number) }
        : kind === 'decimal'
          ? { S: String(value) }
          : plain(value);
    const equal = `${placeholder} = ${this.value(stored)}`;
    return value === attribute.absent ? `(${equal} OR ${absent})` : equal;
  }

  /** The seconds, and the milliseconds if they are of those seconds; rows of upstream's have none. */
  #equalsTime({ name, kind }: Attribute, milliseconds: number): string {
    const seconds = toSeconds(kind as 'seconds' | 'expiry', milliseconds);
    const exact = this.name(millisecondsOf(name));
    const equal = `${exact} = ${this.value({ N: String(milliseconds) })}`;
    const whole = `${this.name(name)} = ${this.value({ N: String(seconds) })}`;
    if (milliseconds !== seconds * 1000) return `(${whole} AND ${equal})`;
    const from = kind === 'expiry' ? (seconds - 1) * 1000 + 1 : seconds * 1000;
    const within = `${exact} BETWEEN ${this.value({ N: String(from) })} AND ${this.value({ N: String(from + 999) })}`;
    return `(${whole} AND (${equal} OR attribute_not_exists(${exact}) OR NOT ${within}))`;
  }
}
