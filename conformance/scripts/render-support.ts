import { capabilityTexts } from './capabilities.ts';
import type { StableReport } from './stable-report.ts';
import { table } from './table.ts';

type Capability = StableReport['provider']['capabilities'][string];

/** The support table of the root README: what each provider holds, and what it can do. */
export async function renderSupport(reports: readonly StableReport[]): Promise<string> {
  const texts = await capabilityTexts();
  const names = reports.map(({ provider }) => `[${provider.name}](conformance/reports/${provider.name}.md)`);
  const row = (name: string, cell: (report: StableReport) => string) => [name, ...reports.map(cell)];
  return table(
    ['', ...names],
    [
      row('verdict', ({ verdict }) => verdict),
      row('contract', ({ contract }) => contract),
      row('MUST', (report) => count(report, 'MUST')),
      row('SHOULD', (report) => count(report, 'SHOULD')),
      ...texts.map(({ name }) => row(`\`${name}\``, ({ provider }) => describe(provider.capabilities[name]))),
    ],
  );
}

function count({ results }: StableReport, level: 'MUST' | 'SHOULD'): string {
  const of = results.filter((result) => result.level === level);
  const having = (outcome: string) => of.filter((result) => result.outcome === outcome).length;
  const others = (['fail', 'deviation', 'skip'] as const).flatMap((outcome) => {
    const number = having(outcome);
    return number === 0 ? [] : [`${number} ${outcome === 'skip' ? 'skipped' : outcome}`];
  });
  return [`${having('pass')} of ${of.length} hold`, ...others].join(', ');
}

function describe(capability: Capability | undefined): string {
  if (capability === true) return 'yes';
  if (capability && 'maximumBytes' in capability) return `up to ${capability.maximumBytes / 1024} KiB`;
  return `no: ${capability?.no ?? 'unknown'}`;
}
