import { availableParallelism } from 'node:os';
import { CONTRACT_VERSION } from '@runvoy/core/provider';
import { isFatal, type Result } from '../result.ts';
import type { Session } from '../runner/open-session.ts';
import type { Selection } from '../runner/select-checks.ts';
import { version } from '../version.ts';
import { type Report, reportSchema } from './report.ts';

export interface Run {
  session: Session;
  selection: Selection;
  results: readonly Result[];
  /** Beyond those of the session. */
  problems?: readonly string[];
  startedAt: Date;
  seconds: number;
}

export async function buildReport({ session, selection, results, problems = [], ...run }: Run): Promise<Report> {
  const { plugin, provider } = await session.subject();
  const { only = [], skip = [] } = selection;
  const isSelection = only.length + skip.length > 0;
  return reportSchema.parse({
    format: 1,
    suite: { name: '@runvoy/conformance', version },
    contract: CONTRACT_VERSION,
    provider: { name: provider.name, contract: plugin.contract, capabilities: provider.capabilities },
    verdict: verdictOf(results, isSelection, [...session.problems, ...problems]),
    seed: session.seed,
    startedAt: run.startedAt.toISOString(),
    seconds: Number(run.seconds.toFixed(1)),
    environment: {
      node: process.version,
      platform: process.platform,
      architecture: process.arch,
      cores: availableParallelism(),
    },
    ...(isSelection && { selection: { ...(only.length && { only }), ...(skip.length && { skip }) } }),
    summary: summarise(results),
    results,
    incomplete: session.incomplete,
    problems: [...session.problems, ...problems],
  });
}

function verdictOf(results: readonly Result[], isSelection: boolean, problems: readonly string[]): Report['verdict'] {
  if (results.some(isFatal)) return 'failing';
  const isWhole = !isSelection && problems.length === 0 && results.every(({ outcome }) => outcome === 'pass');
  return isWhole ? 'full' : 'partial';
}

/** Counts by facet and level, in the suite's order. */
function summarise(results: readonly Result[]): Report['summary'] {
  const rows = new Map<string, Report['summary'][number]>();
  for (const { facet, level, outcome } of results) {
    const row = rows.get(`${facet} ${level}`) ?? { facet, level, pass: 0, fail: 0, skip: 0, deviation: 0 };
    row[outcome]++;
    rows.set(`${facet} ${level}`, row);
  }
  return [...rows.values()];
}
