import type { Result } from '../result.ts';
import type { Report } from './report.ts';
import { summaryRows } from './summary-table.ts';

const titles: Record<Report['verdict'], string> = {
  full: 'every check holds',
  partial: 'every MUST that applies holds',
  failing: 'a MUST fails',
};

/** The report for people. Without times, so that it only changes when a result does. */
export function renderMarkdown(report: Report): string {
  const { provider, suite, contract, verdict, seed, summary, results, problems } = report;
  const [head, ...rows] = summaryRows(summary) as [string[], ...string[][]];
  const sections = [
    `# Conformance of ${provider.name}`,
    `**${verdict}**: ${titles[verdict]}. Contract ${contract}, suite ${suite.name} ${suite.version}, seed \`${seed}\`.`,
    table(head, rows),
    ...listed('Fails', results, 'fail', describeFailed),
    ...listed('Deviations', results, 'deviation', ({ id, reason }) => `\`${id}\`: ${reason}`),
    ...listed('Skipped', results, 'skip', ({ id, reason }) => `\`${id}\`: ${reason}`),
    ...(problems.length > 0 ? ['## Problems of the run', problems.map((problem) => `- ${problem}`).join('\n')] : []),
    '## Every check',
    table(
      ['check', 'level', 'outcome', 'sentence'],
      results.map(({ id, level, outcome, sentence }) => [`\`${id}\``, level, outcome, sentence]),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function listed(
  title: string,
  results: readonly Result[],
  outcome: Result['outcome'],
  line: (result: Result) => string,
): string[] {
  const found = results.filter((result) => result.outcome === outcome);
  return found.length === 0 ? [] : [`## ${title}`, found.map((result) => `- ${line(result)}`).join('\n')];
}

function describeFailed({ id, level, why, failure }: Result): string {
  const { message = '', expected, seen, waitingFor } = failure ?? {};
  const details = [
    expected !== undefined && `expected ${code(expected)}, saw ${code(seen ?? '')}`,
    waitingFor !== undefined && `it was waiting for ${code(waitingFor)}`,
  ].filter((detail) => detail !== false);
  return `\`${id}\` (${level}): ${[message, ...details].join('; ')}. ${why}`;
}

/** Whatever a provider says stays one line of code. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replace(/\s+/g, ' ')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
