import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, isRunvoyError } from '@runvoy/core/provider';

/** A check does not hold: what was looked at, what was expected and what was seen. */
export class Failure extends Error {
  readonly expected: unknown;
  readonly seen: unknown;

  constructor(what: string, expected: unknown, seen: unknown) {
    super(what);
    this.name = 'Failure';
    this.expected = expected;
    this.seen = seen;
  }
}

export function equal<T>(seen: T, expected: T, what: string): void {
  if (!Object.is(seen, expected)) throw new Failure(what, expected, seen);
}

export function deepEqual<T>(seen: T, expected: T, what: string): void {
  if (!isDeepStrictEqual(seen, expected)) throw new Failure(what, expected, seen);
}

export function ok(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Failure(what, true, condition);
}

/** The promise rejects with a `RunvoyError` of this code. */
export async function rejects(promise: Promise<unknown>, code: ErrorCode, what: string): Promise<void> {
  const outcome = await promise.then(
    () => 'no error',
    (error: unknown) => (isRunvoyError(error) ? error.code : error),
  );
  if (outcome !== code) throw new Failure(what, code, outcome);
}
