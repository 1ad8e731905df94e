import { formatDateTime } from '../format.ts';
import type { Times } from '../preferences.ts';
import type { LogRow } from './log-page.ts';
import { fillText } from './row-text.ts';
import { readTerminalLine } from './terminal-line.ts';

export interface RowLook {
  times: Times;
  /** What relative times count from, in milliseconds since the epoch. */
  start: number;
  search: RegExp | undefined;
}

const decoder = new TextDecoder();
const streamMarks = { stdout: '', stderr: 'err', system: 'sys' };
const streamTitles = { stdout: undefined, stderr: 'Standard error', system: 'runvoy itself' };
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** One row: the line's number, which is its permalink, time, stream and text. */
export function createRowElement(row: LogRow, look: RowLook): HTMLElement {
  const element = document.createElement('div');
  element.className = 'log-row';
  element.dataset.stream = row.stream;
  element.dataset.line = String(row.line);
  const number = document.createElement('a');
  number.className = 'line-number';
  number.tabIndex = -1;
  if (!row.continued) {
    number.href = `#L${row.line}`;
    number.textContent = String(row.line);
    number.setAttribute('aria-label', `Line ${row.line}`);
  }
  element.append(number);
  if (look.times !== 'off') element.append(timeElement(row, look));
  const stream = document.createElement('span');
  stream.className = 'line-stream';
  stream.textContent = streamMarks[row.stream];
  if (streamTitles[row.stream]) stream.title = streamTitles[row.stream]!;
  const text = document.createElement('span');
  text.className = 'line-text';
  if (row.text) fillText(text, readTerminalLine(decoder.decode(row.text), row.style).segments, look.search);
  else element.dataset.missing = '';
  element.append(stream, text);
  return element;
}

export function formatRowTime(time: number, { times, start }: Pick<RowLook, 'times' | 'start'>): string {
  return times === 'absolute' ? clock.format(time) : formatOffset(time - start);
}

function timeElement(row: LogRow, look: RowLook): HTMLElement {
  const time = document.createElement('time');
  time.className = 'line-time';
  time.dateTime = new Date(row.time).toISOString();
  time.title = formatDateTime(row.time);
  time.textContent = formatRowTime(row.time, look);
  return time;
}

/** `+1:02:03.456` */
function formatOffset(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '+';
  const total = Math.abs(Math.round(milliseconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = two(Math.floor(total / 1000) % 60);
  const rest = String(total % 1000).padStart(3, '0');
  return `${sign}${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${seconds}.${rest}`;
}
