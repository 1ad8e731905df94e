import type { Report } from '../src/index.ts';

/**
 * What is committed of a report: nothing that another run, on another machine, would change. Sentences and reasons why are
 * left out too, because they are the suite's.
 */
export function stableReport(report: Report) {
  const { format, suite, contract, provider, verdict, summary, results, problems } = report;
  return {
    ...{ format, suite, contract, provider, verdict, summary, problems },
    results: results.map(({ id, level, outcome, reason, failure }) => ({
      ...{ id, level, outcome },
      ...(reason !== undefined && { reason }),
      ...(failure !== undefined && { failure: failure.message }),
    })),
  };
}

export type StableReport = ReturnType<typeof stableReport>;
