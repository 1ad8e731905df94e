import { after, describe, it } from 'node:test';
import { formatFailure } from './format-failure.ts';
import type { Harness } from './harness.ts';
import { isFatal } from './result.ts';
import { openSession, type SessionOptions } from './runner/open-session.ts';

/** Registers one test of node:test for each check: `conformance(harness)` is all that a test file needs. */
export function conformance(harness: Harness, options: SessionOptions = {}): void {
  const session = openSession(harness, options);
  describe(`runvoy conformance, seed ${session.seed}`, { concurrency: session.checks.length }, () => {
    after(() => session.close());
    for (const check of session.checks) {
      it(`${check.id} (${check.level}): ${check.sentence}`, async (context) => {
        const result = await session.run(check);
        if (isFatal(result)) throw new Error(formatFailure(result));
        if (result.outcome === 'fail') context.diagnostic(formatFailure(result));
        if (result.outcome === 'deviation') context.skip(`deviation: ${result.reason}`);
        if (result.outcome === 'skip') context.skip(result.reason);
      });
    }
  });
}
