import { afterAll, describe, it } from 'vitest';
import { formatFailure } from './format-failure.ts';
import type { Harness } from './harness.ts';
import { isFatal } from './result.ts';
import { openSession, type SessionOptions } from './runner/open-session.ts';

/** Registers one vitest test for each check: `conformance(harness)` is all that a test file needs. */
export function conformance(harness: Harness, options: SessionOptions = {}): void {
  const session = openSession(harness, options);
  describe.concurrent(`runvoy conformance, seed ${session.seed}`, () => {
    for (const check of session.checks) {
      // The check has a time limit of its own, and may wait for its turn.
      it(`${check.id} (${check.level}): ${check.sentence}`, { timeout: 0 }, async ({ skip, annotate }) => {
        const result = await session.run(check);
        if (isFatal(result)) throw new Error(formatFailure(result));
        if (result.outcome === 'fail') await annotate(formatFailure(result), 'warning');
        if (result.outcome === 'deviation') skip(`deviation: ${result.reason}`);
        if (result.outcome === 'skip') skip(result.reason);
      });
    }
    afterAll(() => session.close(), 60_000);
  });
}
