import type { Summary } from './report.ts';

/** `5 of 7` for each facet and level, then what the rest is. */
export function summaryRows(summary: Summary): string[][] {
  const facets = [...new Set(summary.map(({ facet }) => facet))];
  const rows = facets.map((facet) => [facet, ...cells(summary.filter((row) => row.facet === facet))]);
  return [['facet', 'MUST', 'SHOULD', 'fail', 'skip', 'deviation'], ...rows, ['all', ...cells(summary)]];
}

function cells(rows: Summary): string[] {
  const sum = (field: 'pass' | 'fail' | 'skip' | 'deviation', of = rows) =>
    of.reduce((total, row) => total + row[field], 0);
  const level = (name: string) => {
    const of = rows.filter(({ level }) => level === name);
    const all = sum('pass', of) + sum('fail', of) + sum('skip', of) + sum('deviation', of);
    return all === 0 ? '' : `${sum('pass', of)} of ${all}`;
  };
  const count = (field: 'fail' | 'skip' | 'deviation') => (sum(field) === 0 ? '' : String(sum(field)));
  return [level('MUST'), level('SHOULD'), count('fail'), count('skip'), count('deviation')];
}
