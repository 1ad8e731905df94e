import type { LogLine, LogStream } from '../contract/logs.ts';
import type { LineCounts } from './end-marker.ts';

const remembered = 1000;

export interface WaitingLines {
  lines: readonly LogLine[];
  /** The end, if it is there, and how many lines it counts before it. */
  end?: { counts?: LineCounts } | undefined;
}

export interface CompleteLines {
  /** The first number that is missing, for each stream with a gap. */
  missing: Map<LogStream, number>;
  /** The last number of each stream that nothing is missing before. */
  upTo: Map<LogStream, number>;
  /** When the first line was printed that something is missing before. */
  before: number;
}

/** Whether nothing that is missing was printed before a line. */
export function isComplete({ upTo, before }: CompleteLines, { number, stream, time }: LogLine): boolean {
  return number === undefined ? time < before : number <= (upTo.get(stream) ?? number);
}

/** What the numbers of lines say of those that are still on their way. */
export class LineGaps {
  /** The highest numbers that are known to be in the log, by execution and stream. */
  readonly #last = new Map<string, Map<LogStream, number>>();
  readonly #isAlone: boolean;

  /** `isAlone`: nothing can be learned of what other processes have written. */
  constructor({ isAlone }: { isAlone: boolean }) {
    this.#isAlone = isAlone;
  }

  /** What of the lines that wait has nothing missing before it. */
  look(executionId: string, waiting: readonly WaitingLines[]): CompleteLines {
    const last = this.#last.get(executionId);
    const numbered = new Map<LogStream, LogLine[]>();
    for (const { lines } of waiting) {
      for (const line of lines) {
        if (line.number === undefined) continue;
        const others = numbered.get(line.stream);
        if (others) others.push(line);
        else numbered.set(line.stream, [line]);
      }
    }
    const complete: CompleteLines = { missing: new Map(), upTo: new Map(), before: Number.POSITIVE_INFINITY };
    for (const [stream, lines] of numbered) {
      lines.sort((a, b) => a.number! - b.number!);
      // Who knows nothing of a log and cannot ask takes it that another process has had what came before.
      let written = last?.get(stream) ?? (last || !this.#isAlone ? 0 : lines[0]!.number! - 1);
      for (const { number, time } of lines) {
        if (number! > written + 1) {
          complete.missing.set(stream, written + 1);
          complete.before = Math.min(complete.before, time);
          break;
        }
        written = Math.max(written, number!);
      }
      complete.upTo.set(stream, written);
    }
    // Whoever has seen nothing of a stream cannot know whether another process has, and waits for it like for a gap.
    for (const { end } of waiting)
      for (const [stream, count] of Object.entries(end?.counts ?? {}) as [LogStream, number][]) {
        const there = complete.upTo.get(stream) ?? last?.get(stream) ?? 0;
        if (there < count) complete.missing.set(stream, there + 1);
      }
    return complete;
  }

  written(executionId: string, lines: readonly LogLine[]): void {
    const numbers: Partial<Record<LogStream, number>> = {};
    for (const { stream, number = 0 } of lines) numbers[stream] = Math.max(number, numbers[stream] ?? 0);
    this.learn(executionId, numbers);
  }

  /** What is in the log, whoever has written it; whether that is more than was known. */
  learn(executionId: string, numbers: Partial<Record<LogStream, number>>): boolean {
    let last = this.#last.get(executionId);
    if (!last) {
      last = new Map();
      this.#last.set(executionId, last);
      if (this.#last.size > remembered) this.#last.delete(this.#last.keys().next().value!);
    }
    let isMore = false;
    for (const [stream, number] of Object.entries(numbers) as [LogStream, number][]) {
      if (number <= (last.get(stream) ?? 0)) continue;
      last.set(stream, number);
      isMore = true;
    }
    return isMore;
  }
}
