import type { LogEvent } from './frames.ts';
import { lastLines } from './log-lines.ts';
import type { LogPrinter } from './log-printer.ts';

/** Keeps the last `count` lines that it is given, without keeping more than they need. */
export function createTail(count: number): LogPrinter & { events(): LogEvent[] } {
  const kept: LogEvent[] = [];
  let lines = 0;
  return {
    log(event) {
      kept.push(event);
      lines += event.count;
      while (kept.length > 0 && lines - kept[0]!.count >= count) lines -= kept.shift()!.count;
      return undefined;
    },
    status() {},
    end() {},
    events: () => kept.map((event, index) => (index === 0 ? lastLines(event, count - (lines - event.count)) : event)),
  };
}
