import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { met, type Row } from './row.ts';

const folder = resolve(import.meta.dirname, '../../.bench');

/** Prints the table and writes `.bench/results.json`. */
export function report(rows: readonly Row[]): void {
  const lines = [['', 'path', 'runvoy', 'ceiling', 'result', 'goal'], ...rows.map(cells)];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
  for (const { name, note } of rows) if (note !== undefined) console.log(`   ${name}: ${note}`);

  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'results.json');
  const machine = { node: process.version, platform: process.platform, cpu: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(file, JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2));
  console.log(`\nwritten to ${file}`);
}

function cells(row: Row): string[] {
  const unit = row.goal?.unit === undefined ? ' ×' : ` ${row.goal.unit}`;
  const verdict = met(row);
  return [
    verdict === undefined ? ' ' : verdict ? '✓' : '✗',
    row.path,
    row.subject,
    row.ceiling,
    row.result === undefined ? 'not measured' : row.result.toFixed(unit === ' ×' ? 2 : 0) + unit,
    row.goal === undefined ? '' : `${row.goal.is === 'at most' ? '≤' : '≥'} ${row.goal.limit}${unit}`,
  ];
}
