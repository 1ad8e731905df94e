import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { formatFailure } from '../format-failure.ts';
import type { Report } from '../report/report.ts';
import { summaryRows } from '../report/summary-table.ts';
import { isFatal, type Result } from '../result.ts';

export interface Terminal {
  start(run: { seed: string; provider: string; checks: number }): void;
  result(result: Result): void;
  note(text: string): void;
  finish(report: Report): void;
}

/** What people see of a run: one line that moves on a terminal, a block for each failure, and the sums at the end. */
export function createTerminal(stream: WriteStream): Terminal {
  let total = 0;
  let done = 0;

  const style = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream });
  const print = (text: string) => {
    if (stream.isTTY) stream.write('\r\u001b[K');
    stream.write(`${text}\n`);
  };
  const progress = (id: string) => {
    if (!stream.isTTY) return;
    const line = `${done}/${total} ${id}`;
    stream.write(`\r\u001b[K${style('dim', line.slice(0, (stream.columns || 80) - 1))}`);
  };

  return {
    start({ seed, provider, checks }) {
      total = checks;
      print(`${checks} checks of provider ${provider}, seed ${seed}`);
    },
    result(result) {
      done++;
      if (result.outcome === 'fail')
        print(
          isFatal(result) ? style('red', `✗ ${formatFailure(result)}`) : style('yellow', `! ${formatFailure(result)}`),
        );
      progress(result.id);
    },
    note: print,
    finish({ results, summary, problems, verdict, seconds, seed }) {
      listReasons('Deviations', 'deviation', results, print);
      listReasons('Skipped', 'skip', results, print);
      if (problems.length > 0) print(`\nProblems of the run:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
      print(`\n${columns(summaryRows(summary))}`);
      const colour = { full: 'green', partial: 'yellow', failing: 'red' } as const;
      print(`\n${style(colour[verdict], verdict)} after ${seconds} s; repeat with --seed ${seed}`);
    },
  };
}

/** Together with all that share a reason. */
function listReasons(
  title: string,
  outcome: Result['outcome'],
  results: readonly Result[],
  print: (text: string) => void,
): void {
  const byReason = Map.groupBy(
    results.filter((result) => result.outcome === outcome),
    ({ reason }) => reason,
  );
  if (byReason.size === 0) return;
  print(`\n${title}:`);
  for (const [reason, group] of byReason) print(`  ${reason}\n${group.map(({ id }) => `    ${id}`).join('\n')}`);
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_cell, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
