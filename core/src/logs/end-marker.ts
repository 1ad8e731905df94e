import type { LogStream } from '../contract/logs.ts';

/**
 * The last thing that the wrapper around a command prints, where lines reach the log through a cloud: it tells that the output
 * is complete. The execution id, which nobody can guess, keeps a command from printing it by accident. Pass the id of the run
 * and, when it is known, the command's exit code. After it a wrapper may add, each after a blank, one word that says how it came to
 * be, and how many lines standard output, standard error and runvoy itself had: where lines arrive in any order, so may the marker.
 */
export function endMarker(executionId: string, exitCode: number | string): string {
  return `### runvoy end ${executionId} ${exitCode}`;
}

export interface EndMarkerMatch {
  exitCode: number;
  /** The word after the exit code, if there is one. */
  remark?: string;
  /** How many lines there are before it, where the wrapper says so. */
  counts?: LineCounts;
  /** What the command printed before it on the same line, if it ended without a newline. */
  before: string;
}

export type LineCounts = Readonly<Record<LogStream, number>>;

export function findEndMarker(executionId: string, line: string): EndMarkerMatch | undefined {
  const at = line.lastIndexOf(endMarker(executionId, ''));
  if (at < 0) return undefined;
  const status = /^(\d{1,3})(?: ([a-z-]+))?(?: (\d+) (\d+) (\d+))?\r?$/.exec(
    line.slice(at + endMarker(executionId, '').length),
  );
  if (!status) return undefined;
  const [, exitCode, remark, stdout, stderr, system] = status;
  return {
    exitCode: Number(exitCode),
    before: line.slice(0, at),
    ...(remark !== undefined && { remark }),
    ...(stdout !== undefined && { counts: { stdout: Number(stdout), stderr: Number(stderr), system: Number(system) } }),
  };
}
