import picocolors from 'picocolors';
import { type Column, renderTable } from './table.ts';
import { displayWidth, printable } from './text.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/**
 * Results go to standard output; everything said about them goes to standard error, and only to people: without a terminal
 * (and without --verbose), or with --json, `note`, `success` and `progress` say nothing.
 */
export interface Ui {
  readonly json: boolean;
  /** Somebody reads along on standard error. */
  readonly attended: boolean;
  /** For standard error. */
  readonly colors: Colors;
  note(text: string): void;
  success(text: string): void;
  /** Said to scripts too. */
  warn(text: string): void;
  /** Said to scripts too, except with --json, where the same stands in the result. */
  tell(text: string): void;
  fail(text: string): void;
  /** The result of a command: one JSON value with --json, what `render` writes otherwise. */
  result(value: unknown, render: () => void): void;
  line(text: string): void;
  /** `  Name: value`, the empty ones left out. */
  fields(values: Record<string, string | number | boolean | null | undefined>): void;
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], whenEmpty: string): void;
}

export interface UiOptions {
  json: boolean;
  verbose: boolean;
  color: boolean;
  env: Record<string, string | undefined>;
}

export function createUi(options: UiOptions): Ui {
  const wantsColor = options.color && !options.env.NO_COLOR && options.env.TERM !== 'dumb';
  const colors = picocolors.createColors(wantsColor && process.stderr.isTTY === true);
  const outputColors = picocolors.createColors(wantsColor && process.stdout.isTTY === true);
  const attended = !options.json && (options.verbose || process.stderr.isTTY === true);
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  return {
    json: options.json,
    attended,
    colors,
    note: (text) => attended && say(`${colors.cyan('→')} ${text}`),
    success: (text) => attended && say(`${colors.green('✓')} ${text}`),
    warn: (text) => say(options.json ? JSON.stringify({ warning: text }) : `${colors.yellow('⚠')} ${text}`),
    tell: (text) => !options.json && say(`${colors.cyan('→')} ${text}`),
    fail: (text) => say(`${colors.red('✗')} ${text}`),
    result(value, render) {
      if (options.json) line(JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined));
      else render();
    },
    line,
    fields(values) {
      const present = Object.entries(values).filter(
        ([, value]) => value !== undefined && value !== null && value !== '',
      );
      const width = Math.max(0, ...present.map(([name]) => displayWidth(name)));
      for (const [name, value] of present)
        line(`  ${outputColors.bold(`${name}:`)}${' '.repeat(width - displayWidth(name))} ${printable(String(value))}`);
    },
    table(columns, rows, whenEmpty) {
      if (rows.length === 0) return attended ? say(`${colors.cyan('→')} ${whenEmpty}`) : undefined;
      const terminalWidth = process.stdout.isTTY ? process.stdout.columns : undefined;
      process.stdout.write(
        renderTable(columns, rows, { bold: outputColors.bold, ...(terminalWidth ? { terminalWidth } : {}) }),
      );
    },
  };
}
