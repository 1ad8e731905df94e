import { referenceHarness } from '../../selftest/reference/harness.ts';
import { reference } from '../../selftest/reference/plugin.ts';
import type { Check } from '../../src/check.ts';
import type { Harness } from '../../src/harness.ts';

/** A check for tests of the runner. */
export const check = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id,
  level: 'MUST',
  facet: 'store',
  sentence: `${id} holds.`,
  why: 'It matters.',
  run,
  ...more,
});

export const harness = (more: Partial<Harness> = {}): Harness => referenceHarness(reference, more);
