import type { LogStream } from '@runvoy/core/provider';

/**
 * How the runner script marks lines, because the log driver knows one stream and drops empty lines. The marks are escape sequences
 * that reset a terminal's colours: whoever reads the log group, or an older server, sees the lines as they were printed.
 *
 * - `ESC [ m` alone: an empty line of standard output.
 * - `ESC [ ; m` in front: a line of standard error.
 * - `ESC [ ; ; m` in front: a line of standard output that itself begins like one of these.
 */
export const marks = { empty: '\u001b[m', stderr: '\u001b[;m', literal: '\u001b[;;m' } as const;

/** A line as the runner script writes it. */
export function formatOutput(stream: 'stdout' | 'stderr', text: string): string {
  if (stream === 'stderr') return marks.stderr + text;
  if (text === '') return marks.empty;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the escape character that is looked for
  return /^\u001b\[;*m/.test(text) ? marks.literal + text : text;
}

/** The line behind the marks; `undefined` for what the driver made of nothing. */
export function parseOutput(message: string): { stream: LogStream; text: string } | undefined {
  if (message === '') return undefined;
  if (message === marks.empty) return { stream: 'stdout', text: '' };
  if (message.startsWith(marks.stderr)) return { stream: 'stderr', text: message.slice(marks.stderr.length) };
  if (message.startsWith(marks.literal)) return { stream: 'stdout', text: message.slice(marks.literal.length) };
  return { stream: 'stdout', text: message };
}

/** Why a command ended where its exit code does not tell; printed by the runner script right before the end marker. */
export type Cause = { kind: 'timed-out' } | { kind: 'signalled'; signal: number };

export const causePrefix = '### runvoy cause';

const causeLine = new RegExp(`^${causePrefix} (\\S+) (timed-out|signalled) (\\d+)\\r?$`);

/** Such a line is no output. */
export const isCause = (message: string): boolean => causeLine.test(message);

export function findCause(executionId: string, message: string): Cause | undefined {
  const [, id, kind, signal] = causeLine.exec(message) ?? [];
  if (id !== executionId) return undefined;
  return kind === 'timed-out' ? { kind } : { kind: 'signalled', signal: Number(signal) };
}
