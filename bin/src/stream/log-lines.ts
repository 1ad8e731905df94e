import type { LogEvent } from './frames.ts';

const newline = 0x0a;

/** The time of the line at `index`. */
export function timeOf(event: LogEvent, index: number): number {
  return typeof event.time === 'number' ? event.time : event.time[index]!;
}

/** Calls back with each line's bytes, its newline included, as a view. */
export function forEachLine(event: LogEvent, callback: (line: Uint8Array, index: number) => void): void {
  let start = 0;
  for (let index = 0; index < event.count; index++) {
    const end = event.text.indexOf(newline, start) + 1;
    callback(event.text.subarray(start, end), index);
    start = end;
  }
}

/** The last `count` lines of an event, or all. */
export function lastLines(event: LogEvent, count: number): LogEvent {
  const dropped = event.count - count;
  if (dropped <= 0) return event;
  return selectLines(event, (index) => index >= dropped);
}

/** The lines of an event that came at `since` or later; `undefined` if there are none. */
export function linesSince(event: LogEvent, since: number): LogEvent | undefined {
  const kept = selectLines(event, (index) => timeOf(event, index) >= since);
  return kept.count > 0 ? kept : undefined;
}

function selectLines(event: LogEvent, isWanted: (index: number) => boolean): LogEvent {
  const lines: Uint8Array[] = [];
  const times: number[] = [];
  let first = event.first;
  let keepsLast = false;
  forEachLine(event, (line, index) => {
    keepsLast = isWanted(index);
    if (!keepsLast) return;
    if (lines.length === 0) first = event.first + index;
    lines.push(line);
    times.push(timeOf(event, index));
  });
  const { continues, ...rest } = event;
  return {
    ...rest,
    first,
    count: lines.length,
    time: times,
    text: Buffer.concat(lines),
    ...(continues && keepsLast ? { continues } : {}),
  };
}
