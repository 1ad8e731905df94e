import type { Check } from '../src/check.ts';
import type { Result } from '../src/result.ts';
import { openSession, type Session } from '../src/runner/open-session.ts';
import { breakPlugin } from './break-plugin.ts';
import type { Fault } from './faults/support/fault.ts';
import { referenceHarness } from './reference/harness.ts';
import { reference } from './reference/plugin.ts';

/** The same random choices every time, so that what fails does. */
const seed = 'selftest';
const parallel = 8;

export function openReference(checks: readonly Check[]): Session {
  return openSession(referenceHarness(reference, { parallel }), { checks, seed });
}

/**
 * Runs checks against what a fault has made of the reference. `passed` is how they end with the reference: what fails by hanging
 * is not waited for much longer than it takes when it holds.
 */
export async function runBroken(fault: Fault, checks: readonly Check[], passed: readonly Result[]): Promise<Result[]> {
  const took = new Map(passed.map(({ id, milliseconds }) => [id, milliseconds / 1000]));
  const limited = checks.map((check) => ({ ...check, limitSeconds: 3 + 2 * (took.get(check.id) ?? 0) }));
  const harness = referenceHarness(breakPlugin(fault), { parallel, ...fault.harness });
  const session = openSession(harness, { checks: limited, seed });
  try {
    return await Promise.all(session.checks.map((check) => session.run(check)));
  } finally {
    await session.close();
  }
}
