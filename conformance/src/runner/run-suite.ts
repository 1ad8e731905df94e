import type { Harness } from '../harness.ts';
import { buildReport } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import type { Result } from '../result.ts';
import { openSession, type SessionOptions } from './open-session.ts';

export interface SuiteOptions extends SessionOptions {
  /** Called once, when it is known that the run can be done. */
  onStart?(run: { seed: string; provider: string; checks: number }): void;
  /** Tries what failed once more, one by one, when all the rest is over: a busy machine is no fault of a provider. */
  retry?: boolean;
  /** Called as each check ends, in that order; a second time for one that is tried again. */
  onResult?(result: Result): void;
  /** Ends the run; it then rejects with the signal's reason, once every world is taken down. */
  signal?: AbortSignal;
  /** Problems that only the caller sees, asked for at the end. */
  problems?(): readonly string[];
}

/**
 * Runs every check that was asked for, `harness.parallel` at a time. Rejects with CONFIGURATION_INVALID when the run cannot be
 * done.
 */
export async function runSuite(harness: Harness, options: SuiteOptions = {}): Promise<Report> {
  const { onStart, onResult, signal } = options;
  const startedAt = new Date();
  const start = performance.now();
  const session = openSession(harness, options);
  const close = () => void session.close();
  signal?.addEventListener('abort', close, { once: true });
  try {
    signal?.throwIfAborted();
    const { provider } = await session.subject();
    onStart?.({ seed: session.seed, provider: provider.name, checks: session.checks.length });
    const results = await Promise.all(
      session.checks.map(async (check) => {
        const result = await session.run(check);
        onResult?.(result);
        return result;
      }),
    );
    for (const [at, check] of session.checks.entries()) {
      if (!options.retry || results[at]!.outcome !== 'fail') continue;
      results[at] = await session.run(check);
      onResult?.(results[at]);
    }
    const seconds = (performance.now() - start) / 1000;
    return await buildReport({
      session,
      selection: options,
      results,
      problems: options.problems?.(),
      startedAt,
      seconds,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', close);
    await session.close();
  }
}
