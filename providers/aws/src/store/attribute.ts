import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * How a field of a document rests in a row, so that the Go servers that the tables belong to can read it (they fail on a number
 * with a fraction where they expect whole seconds, and on a number where they expect a text):
 *
 * - `plain`: text, number, boolean or list as such.
 * - `seconds`: N of whole seconds, and the milliseconds in `<name>_ms` beside it, which those servers ignore. When they have
 *   written since, the seconds win.
 * - `expiry`: the same, rounded up, because DynamoDB's own expiry reads it.
 * - `timestamp`: S of RFC 3339 as Go writes it. Their zero time means "never".
 * - `decimal`: a whole number as S.
 * - `mark`: true is a constant text, false is absence: the key of a sparse index.
 */
export type Kind = 'plain' | 'seconds' | 'expiry' | 'timestamp' | 'decimal' | 'mark';

export interface Attribute {
  name: string;
  kind: Kind;
  /** What a row without it means. */
  absent?: unknown;
  /** Values of many KiB happen: see `overflow.ts`. */
  large?: boolean;
  /** Go writes its zero time for "none", and so do we. */
  zero?: boolean;
  /** What older rows call it. */
  formerly?: string;
}

export type Row = Record<string, AttributeValue>;

export const zeroTime = '0001-01-01T00:00:00Z';
export const markValue = 'DEFAULT';
export const millisecondsOf = (name: string) => `${name}_ms`;
/** The attribute that says where a value is that was too large for its row: `<id>:<count>:<digest>`. */
export const partsOf = (name: string) => `${name}_parts`;

/** The attributes that hold a value. */
export function encode(attribute: Attribute, value: unknown): Row {
  const { name, kind } = attribute;
  switch (kind) {
    case 'plain':
      return { [name]: plain(value) };
    case 'seconds':
    case 'expiry':
      return {
        [name]: { N: String(toSeconds(kind, value as number)) },
        [millisecondsOf(name)]: { N: String(value) },
      };
    case 'timestamp':
      return { [name]: { S: toTimestamp(value as number) } };
    case 'decimal':
      return { [name]: { S: String(value) } };
    case 'mark':
      return value === true ? { [name]: { S: markValue } } : {};
  }
}

/** All attributes that {@link encode} may give. */
export function namesOf({ name, kind, large }: Attribute): string[] {
  if (kind === 'seconds' || kind === 'expiry') return [name, millisecondsOf(name)];
  return large ? [name, partsOf(name)] : [name];
}

/** The field's value, or what its absence means; an attribute of a type that it cannot have counts as absent. */
export function decode(attribute: Attribute, row: Row): unknown {
  const { name, kind, absent, formerly } = attribute;
  const stored = row[name] ?? (formerly === undefined ? undefined : row[formerly]);
  if (kind === 'mark') return stored?.S !== undefined;
  if (stored === undefined) return absent;
  switch (kind) {
    case 'plain':
      return fromPlain(stored) ?? absent;
    case 'seconds':
    case 'expiry': {
      if (stored.S !== undefined) return fromTimestamp(stored.S) ?? absent;
      const seconds = Number(stored.N);
      const exact = Number(row[millisecondsOf(name)]?.N);
      return toSeconds(kind, exact) === seconds ? exact : seconds * 1000;
    }
    case 'timestamp':
      return (stored.N === undefined ? fromTimestamp(stored.S) : Number(stored.N) * 1000) ?? absent;
    case 'decimal': {
      const number = Number(stored.S ?? stored.N);
      return Number.isFinite(number) && (stored.S ?? stored.N) !== '' ? number : absent;
    }
  }
}

export function toSeconds(kind: 'seconds' | 'expiry', milliseconds: number): number {
  return kind === 'expiry' ? Math.ceil(milliseconds / 1000) : Math.floor(milliseconds / 1000);
}

/** RFC 3339 without the zeros at the end of the fraction. */
export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.?0+Z$/, 'Z');
}

function fromTimestamp(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === zeroTime) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

export function plain(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return { L: (value as readonly string[]).map((item) => ({ S: item })) };
}

function fromPlain(stored: AttributeValue): unknown {
  if (stored.S !== undefined) return stored.S;
  if (stored.N !== undefined) return Number(stored.N);
  if (stored.BOOL !== undefined) return stored.BOOL;
  if (stored.L !== undefined) return stored.L.map((item) => item.S ?? '');
  // A list that was none in Go is NULL.
  return undefined;
}
