import type { CallOptions } from './plugin.ts';

/** `system`: runvoy's own lines, as those of the git checkout. */
export type LogStream = 'stdout' | 'stderr' | 'system';

/** A line on its way into the store. */
export interface LogLine {
  /** Unique within the execution; the same line delivered again has the same id. */
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  stream: LogStream;
  /** Without the newline; any characters but a newline, at most 256 KiB of UTF-8. */
  text: string;
  /** The line was longer than that: it goes on in the next line of the same stream. */
  continues?: boolean;
  /** Its place among the lines of its stream, from 1, where the source numbers them: so that core sees which are still on their way. */
  number?: number;
}

/**
 * Consecutive lines of one stream, as they rest and travel: one text, not an object a line, which is 4 to 9 times cheaper to
 * write and 7 to read (core/DECISIONS.md).
 */
export interface LogChunk {
  /** Resumes after this chunk: opaque, printable ASCII without spaces, valid for as long as the log exists. */
  cursor: string;
  stream: LogStream;
  /** One time for all lines, or one for each. */
  time: number | readonly number[];
  /** How many lines. */
  count: number;
  /** UTF-8. Every line, the last too, ends with `\n`. */
  text: Uint8Array;
  /** The last line is a piece of a longer one, which goes on in the next chunk of this stream. */
  continues?: boolean;
}

export interface LogPage {
  chunks: LogChunk[];
  /** Resumes after this page; that of the request, or the start's, when the page is empty. */
  cursor: string;
  /** The log is complete: nothing follows this page, now or later. */
  ended: boolean;
}

/** What one process learns of the others that lines of the same task are delivered to. */
export interface LogNews {
  /** Lines that others hold back, as they told; those that are in the log by now may be among them. */
  held: LogLine[];
  /** The highest number of a line in the log, by stream. */
  written: Partial<Record<LogStream, number>>;
}

/**
 * What tasks print, kept for viewers.
 *
 * - The order is that of arrival: a line that arrives late is put after those already there, so that no cursor skips it.
 * - Texts are kept byte for byte: empty lines, ANSI sequences, carriage returns, JSON-looking lines included.
 *   Bytes that are not UTF-8 become U+FFFD.
 */
export interface Logs {
  /**
   * Adds lines, all or none. A line whose id is already there is dropped, whether in the same call, an earlier one, or one
   * at the same time. `end` says that the task's output is complete: from then on pages may say `ended`. Lines added after
   * that are kept all the same.
   */
  append(
    executionId: string,
    lines: readonly LogLine[],
    options?: { end?: boolean },
    call?: CallOptions,
  ): Promise<void>;
  /** One page after a cursor (without one: from the start), of at least one chunk if there is any, and about `maximumBytes`. */
  read(executionId: string, options?: { after?: string; maximumBytes?: number }, call?: CallOptions): Promise<LogPage>;
  /**
   * Pages after a cursor: first what is there, then what comes, as it comes. Never yields an empty page, except a last one
   * that says `ended`, after which it returns. Returns too when the consumer breaks off or the signal aborts, and leaves
   * nothing open behind. An execution that has no log yet is waited for.
   */
  watch(executionId: string, options?: { after?: string }, call?: CallOptions): AsyncIterable<LogPage>;
  /** Whether the log is complete, as `LogPage.ended` would say at its end, without reading it. */
  ended(executionId: string, call?: CallOptions): Promise<boolean>;
  /**
   * Where numbered lines are delivered to whichever process of several: tells the others which lines this one holds back, because
   * lines before them have not come to it, and answers with what they told. Replaces what this process told before. It is for order
   * and speed only: nothing is lost when what was told is.
   */
  exchange?(executionId: string, held: readonly LogLine[], call?: CallOptions): Promise<LogNews>;
  /** The cloud's own full record of what the task printed, with the ids that its events carried (capability `archive`). */
  archive?(executionId: string, call?: CallOptions): AsyncIterable<LogLine[]>;
}
