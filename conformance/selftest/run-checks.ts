import type { Check } from '../src/check.ts';
import type { Result } from '../src/result.ts';
import { openSession } from '../src/runner/open-session.ts';
import { breakPlugin } from './break-plugin.ts';
import type { Fault } from './faults/support/fault.ts';
import { referenceHarness } from './reference/harness.ts';
import { reference } from './reference/plugin.ts';

/** The same random choices every time, so that what fails does. */
const seed = 'selftest';

/** Limits by check, in seconds: what fails by hanging is not waited for longer than it takes when it holds. */
export type Limits = ReadonlyMap<string, number>;

/** Runs some checks against the reference, or against what a fault has made of it. */
export async function runChecks(checks: readonly Check[], fault?: Fault, limits?: Limits): Promise<Result[]> {
  const limited = checks.map((check) => ({
    ...check,
    limitSeconds: limits?.get(check.id) ?? check.limitSeconds ?? 20,
  }));
  const plugin = fault ? breakPlugin(fault) : reference;
  const harness = referenceHarness(plugin, { parallel: 8, ...fault?.harness });
  const session = openSession(harness, { checks: limited, seed });
  try {
    return await Promise.all(session.checks.map((check) => session.run(check)));
  } finally {
    await session.close();
  }
}

/** Twice what each took, and enough for a slow moment of the machine. */
export function limitsOf(results: readonly Result[]): Limits {
  return new Map(results.map(({ id, milliseconds }) => [id, Math.max(3, (milliseconds * 2) / 1000 + 2)]));
}
