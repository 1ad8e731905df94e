import type { Report } from './report.ts';

const colours: Record<Report['verdict'], string> = { full: '#2da44e', partial: '#9a8700', failing: '#cf222e' };

/** An SVG of the usual shape: `runvoy 1.0 | 120 of 131`. */
export function renderBadge(report: Report): string {
  const { contract, verdict, results } = report;
  const holding = results.filter(({ outcome }) => outcome === 'pass').length;
  const label = `runvoy ${contract}`;
  const value = `${holding} of ${results.length}${verdict === 'full' ? '' : `, ${verdict}`}`;
  const [left, right] = [widthOf(label), widthOf(value)];
  const width = left + right;
  const text = (x: number, content: string) => `<text x="${x}" y="14">${content}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${label}: ${value}">
<title>${label}: ${value}</title>
<rect width="${width}" height="20" rx="3" fill="#444c56"/>
<path fill="${colours[verdict]}" d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${right - 3}z"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
${text(left / 2, label)}
${text(left + right / 2, value)}
</g>
</svg>
`;
}

/** Verdana's letters are about 7 px wide at 11 px. */
function widthOf(text: string): number {
  return Math.round(text.length * 6.8) + 12;
}
