import { cut, displayWidth, printable } from './text.ts';

export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | undefined;
  /** Gives way when the table is wider than the terminal. */
  shrinks?: true;
  /** Left out when the table does not fit otherwise; the first of several first. */
  droppable?: true;
}

/** Narrower than this, a column says too little: first others are left out. */
const narrow = 20;
const narrowest = 8;
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
    cells.reduce((widest, line) => Math.max(widest, displayWidth(line[index]!)), displayWidth(column.title)),
  );
  const dropped = options.terminalWidth === undefined ? -1 : columnToDrop(columns, widths, options.terminalWidth);
  if (dropped >= 0) return renderTable(columns.toSpliced(dropped, 1), rows, options);
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

/** Index of a column without which the table comes nearer to fitting; -1 when it fits, or nothing can be left out. */
function columnToDrop<Row>(columns: readonly Column<Row>[], widths: readonly number[], terminalWidth: number): number {
  const least = widths.map((width, index) => (columns[index]!.shrinks ? Math.min(width, narrow) : width));
  return totalWidth(least) > terminalWidth ? columns.findIndex((column) => column.droppable) : -1;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, -2);
}

function shrink<Row>(columns: readonly Column<Row>[], widths: number[], terminalWidth: number | undefined): void {
  const shrinking = columns.flatMap((column, index) => (column.shrinks ? [index] : []));
  if (terminalWidth === undefined) {
    for (const index of shrinking) widths[index] = Math.min(widths[index]!, widestWithoutTerminal);
    return;
  }
  let excess = totalWidth(widths) - terminalWidth;
  for (; excess > 0; excess--) {
    const widest = shrinking.reduce(
      (best, index) => (widths[index]! > widths[best]! ? index : best),
      shrinking[0] ?? -1,
    );
    if (widest < 0 || widths[widest]! <= narrowest) return;
    widths[widest]!--;
  }
}
