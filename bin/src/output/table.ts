import { cut, displayWidth, printable } from './text.ts';

export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | undefined;
  /** Gives way when the table is wider than the terminal. */
  shrinks?: true;
}

const narrowest = 12;
/** Without a terminal nothing has to fit; still, nobody wants a line of 64 KiB. */
const widestWithoutTerminal = 120;

/** A table as upstream draws it: bold titles, a line below, two spaces between columns. Every line ends with a newline. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: { terminalWidth?: number; bold: (text: string) => string },
): string {
  const cells = rows.map((row) => columns.map((column) => printable(String(column.value(row) ?? ''))));
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...cells.map((line) => displayWidth(line[index]!))),
  );
  shrink(columns, widths, options.terminalWidth);
  const line = (texts: readonly string[], style = (text: string) => text) =>
    `${texts
      .map((text, index) => {
        const fitted = cut(text, widths[index]!);
        const last = index === texts.length - 1;
        return style(fitted) + (last ? '' : ' '.repeat(widths[index]! - displayWidth(fitted)));
      })
      .join('  ')
      .trimEnd()}\n`;
  return [
    line(
      columns.map((column) => column.title),
      options.bold,
    ),
    line(widths.map((width) => '─'.repeat(width))),
    ...cells.map((texts) => line(texts)),
  ].join('');
}

function shrink<Row>(columns: readonly Column<Row>[], widths: number[], terminalWidth: number | undefined): void {
  const shrinking = columns.flatMap((column, index) => (column.shrinks ? [index] : []));
  if (terminalWidth === undefined) {
    for (const index of shrinking) widths[index] = Math.min(widths[index]!, widestWithoutTerminal);
    return;
  }
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  let excess = total - terminalWidth;
  for (; excess > 0; excess--) {
    const widest = shrinking.reduce(
      (best, index) => (widths[index]! > widths[best]! ? index : best),
      shrinking[0] ?? -1,
    );
    if (widest < 0 || widths[widest]! <= narrowest) return;
    widths[widest]!--;
  }
}
