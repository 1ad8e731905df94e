import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, isRunvoyError, type RunvoyError } from '@runvoy/core/provider';
import { render } from './render.ts';

/** What a check rejects with when its sentence does not hold. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
  /** Both as text, shortened. */
  readonly expected: string;
  readonly seen: string;

  constructor(what: string, expected: string, seen: string, options?: ErrorOptions) {
    super(what, options);
    this.expected = expected;
    this.seen = seen;
  }
}

/** `what` names what is looked at: "the document after the second insert". */
export function holds(condition: boolean, what: string, expected: unknown, seen: unknown): asserts condition {
  if (!condition) throw new ExpectationError(what, asText(expected), asText(seen));
}

/** Deep equality. A field that is `undefined` counts as absent, and bytes are compared whatever holds them. */
export function equal(seen: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(normalise(seen), normalise(expected)))
    throw new ExpectationError(what, render(expected), render(seen));
}

/** The same items in the same order; the failure shows the first place where they part. */
export function sameSequence(seen: readonly unknown[], expected: readonly unknown[], what: string): void {
  const length = Math.max(seen.length, expected.length);
  for (let at = 0; at < length; at++) {
    const lacks = at >= seen.length || at >= expected.length;
    if (lacks || !isDeepStrictEqual(normalise(seen[at]), normalise(expected[at])))
      throw new ExpectationError(
        what,
        `${expected.length} items, item ${at}: ${at < expected.length ? render(expected[at]) : 'none'}`,
        `${seen.length} items, item ${at}: ${at < seen.length ? render(seen[at]) : 'none'}`,
      );
  }
}

/** The same items, as often, in any order; the failure shows those that lack and those too many. */
export function sameItems(seen: readonly unknown[], expected: readonly unknown[], what: string): void {
  const surplus = new Map<string, number>();
  for (const item of seen) count(surplus, item, 1);
  for (const item of expected) count(surplus, item, -1);
  const lacking = [...surplus].filter(([, times]) => times < 0).map(([item]) => item);
  const unexpected = [...surplus].filter(([, times]) => times > 0).map(([item]) => item);
  if (lacking.length + unexpected.length === 0) return;
  throw new ExpectationError(
    what,
    `${expected.length} items${lacking.length > 0 ? `; lacking: ${few(lacking)}` : ''}`,
    `${seen.length} items${unexpected.length > 0 ? `; too many: ${few(unexpected)}` : ''}`,
  );
}

/** The same text, byte for byte; the failure shows the first place where they part. */
export function sameText(seen: string | Uint8Array, expected: string | Uint8Array, what: string): void {
  const [left, right] = [Buffer.from(seen as string), Buffer.from(expected as string)];
  if (left.equals(right)) return;
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const around = (bytes: Buffer) =>
    `${bytes.length} bytes, from byte ${Math.max(0, at - 20)}: ${render(bytes.subarray(Math.max(0, at - 20), at + 60).toString())}`;
  throw new ExpectationError(what, around(right), around(left));
}

/** The value, which must be there. */
export function present<T>(seen: T | undefined | null, what: string): T {
  if (seen === undefined || seen === null) throw new ExpectationError(what, 'a value', String(seen));
  return seen;
}

/** The call must reject with an error of this code, or of one of these. Gives the error. */
export async function rejects(
  call: Promise<unknown>,
  code: ErrorCode | readonly ErrorCode[],
  what: string,
): Promise<RunvoyError> {
  const codes: readonly string[] = typeof code === 'string' ? [code] : code;
  const expected = `rejects with ${codes.join(' or ')}`;
  let value: unknown;
  try {
    value = await call;
  } catch (error) {
    if (isRunvoyError(error) && codes.includes(error.code)) return error;
    const seen = isRunvoyError(error)
      ? `rejects with ${error.code}: ${error.message}`
      : `rejects with a raw error: ${String(error)}`;
    throw new ExpectationError(what, expected, seen, { cause: error });
  }
  throw new ExpectationError(what, expected, `resolves to ${render(value)}`);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : render(value);
}

function few(items: readonly string[]): string {
  const more = items.length > 3 ? ` and ${items.length - 3} more` : '';
  return `${items.slice(0, 3).join(', ')}${more}`;
}

function count(counts: Map<string, number>, item: unknown, by: number): void {
  const key = render(normalise(item), 4000);
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** One shape for what means the same: databases give rows without a prototype, `Buffer`s, fields that are `undefined`. */
function normalise(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, normalise(item)]));
}
