import type { Ui } from '../output/ui.ts';
import { formatTime } from '../values/time.ts';
import type { EndFrame, LogEvent, StatusFrame } from './frames.ts';
import { forEachLine, timeOf } from './log-lines.ts';
import { write } from './output.ts';

export type OutputFormat = 'raw' | 'text' | 'json';

/** Prints what following yields; resolves when the reader has kept up. */
export interface LogPrinter {
  log(event: LogEvent): Promise<void> | undefined;
  status(frame: StatusFrame): void;
  end(frame: EndFrame): void;
}

export interface PrinterOptions {
  format: OutputFormat;
  timestamps: boolean;
  ui: Ui;
}

export function createLogPrinter({ format, timestamps, ui }: PrinterOptions): LogPrinter {
  if (format === 'json') return jsonPrinter();
  const prefix = format === 'text' ? textPrefix : timestamps ? timePrefix : undefined;
  return { log: prefix ? prefixedPrinter(prefix, ui) : rawPrinter(ui), status() {}, end() {} };
}

function target(event: LogEvent): NodeJS.WriteStream {
  return event.stream === 'stdout' ? process.stdout : process.stderr;
}

/** Whole frames as they came: a million lines a second leave no time to look at each. */
function rawPrinter(ui: Ui): LogPrinter['log'] {
  return (event) => {
    const bytes = event.continues ? event.text.subarray(0, -1) : event.text;
    return write(target(event), event.stream === 'system' ? dim(bytes, ui) : bytes);
  };
}

function dim(bytes: Uint8Array, ui: Ui): Uint8Array | string {
  return ui.colors.isColorSupported ? ui.colors.dim(Buffer.from(bytes).toString()) : bytes;
}

type Prefix = (event: LogEvent, index: number) => string;
const timePrefix: Prefix = (event, index) => `${new Date(timeOf(event, index)).toISOString()} `;
/** As upstream's stream: running number, UTC time, message. */
const textPrefix: Prefix = (event, index) => `${event.first + index} ${formatTime(timeOf(event, index))} `;

function prefixedPrinter(prefix: Prefix, ui: Ui): LogPrinter['log'] {
  /** Streams whose last line goes on. */
  const unfinished = new Set<string>();
  return (event) => {
    const parts: Uint8Array[] = [];
    forEachLine(event, (line, index) => {
      if (index > 0 || !unfinished.has(event.stream)) parts.push(Buffer.from(prefix(event, index)));
      parts.push(event.continues && index === event.count - 1 ? line.subarray(0, -1) : line);
    });
    if (event.continues) unfinished.add(event.stream);
    else unfinished.delete(event.stream);
    const bytes = Buffer.concat(parts);
    return write(target(event), event.stream === 'system' ? dim(bytes, ui) : bytes);
  };
}

/** One object a line, all on standard output. */
function jsonPrinter(): LogPrinter {
  const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    status: print,
    end: print,
    log(event) {
      const lines: string[] = [];
      forEachLine(event, (line, index) => {
        const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength - 1).toString();
        const time = new Date(timeOf(event, index)).toISOString();
        const continues = event.continues && index === event.count - 1 ? { continues: true } : {};
        const number = event.first + index;
        lines.push(`${JSON.stringify({ type: 'line', number, time, stream: event.stream, text, ...continues })}\n`);
      });
      return write(process.stdout, lines.join(''));
    },
  };
}
