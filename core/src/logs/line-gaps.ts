import type { LogLine, LogStream } from '../contract/logs.ts';

const remembered = 1000;

/** What the numbers of lines say of those that are still on their way. */
export class LineGaps {
  /** The numbers that were written last, by execution and stream. */
  readonly #last = new Map<string, Map<LogStream, number>>();

  /** Until when lines are complete, by the times of those that wait: infinity when nothing is missing between them. */
  completeUntil(executionId: string, waiting: readonly { lines: readonly LogLine[] }[]): number {
    const last = this.#last.get(executionId);
    const numbered = new Map<LogStream, LogLine[]>();
    for (const line of waiting.flatMap(({ lines }) => lines)) {
      if (line.number === undefined) continue;
      const lines = numbered.get(line.stream);
      if (lines) lines.push(line);
      else numbered.set(line.stream, [line]);
    }
    let until = Number.POSITIVE_INFINITY;
    for (const [stream, lines] of numbered) {
      lines.sort((a, b) => a.number! - b.number!);
      // Nothing was written by this process yet: then the run begins here, or another process has had what came before.
      let expected = (last?.get(stream) ?? (last ? 0 : lines[0]!.number! - 1)) + 1;
      let time = Number.NEGATIVE_INFINITY;
      for (const line of lines) {
        if (line.number! > expected) {
          until = Math.min(until, time);
          break;
        }
        expected = Math.max(expected, line.number! + 1);
        time = line.time;
      }
    }
    return until;
  }

  written(executionId: string, lines: readonly LogLine[]): void {
    let last = this.#last.get(executionId);
    if (!last) {
      last = new Map();
      this.#last.set(executionId, last);
      if (this.#last.size > remembered) this.#last.delete(this.#last.keys().next().value!);
    }
    for (const { stream, number } of lines)
      if (number !== undefined) last.set(stream, Math.max(number, last.get(stream) ?? 0));
  }
}
