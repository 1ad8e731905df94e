import { isDeepStrictEqual } from 'node:util';
import { serialize } from 'node:v8';
import { type ErrorCode, isRunvoyError, type RunvoyError } from '@runvoy/core/provider';
import { render } from './render.ts';

/** A check does not hold: what was looked at, what was expected and what was seen. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** Both as text, shortened. */
  readonly expected: string;
  readonly seen: string;

  constructor(what: string, expected: unknown, seen: unknown, options?: ErrorOptions) {
    super(what, options);
    this.expected = asText(expected);
    this.seen = asText(seen);
  }
}

/** The same value; `what` names what is looked at: "the exit code". */
export function equal<T>(seen: T, expected: T, what: string): void {
  if (!Object.is(seen, expected)) throw new Failure(what, render(expected), render(seen));
}

/** The same content. A field that is `undefined` counts as absent, and bytes are compared whatever holds them. */
export function deepEqual<T>(seen: T, expected: T, what: string): void {
  if (!isDeepStrictEqual(normalise(seen), normalise(expected))) throw new Failure(what, render(expected), render(seen));
}

export function ok(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Failure(what, 'true', render(condition));
}

/** The value, which must be there. */
export function present<T>(seen: T | undefined | null, what: string): T {
  if (seen === undefined || seen === null) throw new Failure(what, 'a value', String(seen));
  return seen;
}

/** The same items in the same order; the failure shows the first place where they part. */
export function sameSequence(seen: readonly unknown[], expected: readonly unknown[], what: string): void {
  const length = Math.max(seen.length, expected.length);
  for (let at = 0; at < length; at++) {
    const lacks = at >= seen.length || at >= expected.length;
    if (lacks || !isDeepStrictEqual(normalise(seen[at]), normalise(expected[at])))
      throw new Failure(
        what,
        `${expected.length} items, item ${at}: ${at < expected.length ? render(expected[at]) : 'none'}`,
        `${seen.length} items, item ${at}: ${at < seen.length ? render(seen[at]) : 'none'}`,
      );
  }
}

/** The same items, as often, in any order; the failure shows those that lack and those too many. */
export function sameItems(seen: readonly unknown[], expected: readonly unknown[], what: string): void {
  const surplus = new Map<string, Surplus>();
  for (const item of seen) count(surplus, item, 1);
  for (const item of expected) count(surplus, item, -1);
  const lacking = [...surplus.values()].filter(({ times }) => times < 0);
  const unexpected = [...surplus.values()].filter(({ times }) => times > 0);
  if (lacking.length + unexpected.length === 0) return;
  throw new Failure(
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
  throw new Failure(what, around(right), around(left));
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
    throw new Failure(what, expected, seen, { cause: error });
  }
  throw new Failure(what, expected, `resolves to ${render(value)}`);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : render(value);
}

interface Surplus {
  item: unknown;
  times: number;
}

function few(surplus: readonly Surplus[]): string {
  const more = surplus.length > 3 ? ` and ${surplus.length - 3} more` : '';
  return (
    surplus
      .slice(0, 3)
      .map(({ item }) => render(item, 120))
      .join(', ') + more
  );
}

/** By content, not by the text that is shown, which is shortened. */
function count(counts: Map<string, Surplus>, item: unknown, by: number): void {
  const key = serialize(normalise(item)).toString('base64');
  const entry = counts.get(key);
  if (entry) entry.times += by;
  else counts.set(key, { item, times: by });
}

/** One shape for what means the same: databases give rows without a prototype, `Buffer`s, fields that are `undefined`. */
function normalise(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, normalise(item)]));
}
