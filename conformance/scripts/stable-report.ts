import type { Report } from '../src/index.ts';

/**
 * What is committed of a report: nothing that another run, on another machine, would change. Problems outside of checks are
 * left out for that reason (a busy machine takes a world down late), and what was seen where a check fails or deviates (which
 * of its assertions comes first depends on the moment); sentences and reasons why because they are the suite's.
 */
export function stableReport(report: Report) {
  const { format, suite, contract, provider, verdict, summary, results } = report;
  return {
    ...{ format, suite, contract, provider, verdict, summary },
    results: results.map(({ id, level, outcome, reason }) => ({
      id,
      level,
      outcome,
      ...(reason !== undefined && { reason }),
    })),
  };
}

export type StableReport = ReturnType<typeof stableReport>;
