import { isRunvoyError } from '@runvoy/core/provider';
import { Failure } from '../expect.ts';
import type { CheckFailure } from '../result.ts';

/** A check's time was up. */
export class TimeLimitError extends Error {
  readonly waitingFor: string;

  constructor(seconds: number, waitingFor: string) {
    super(`not done within ${Number(seconds.toFixed(1))} s`);
    this.waitingFor = waitingFor || 'the check itself';
  }
}

export function describeFailure(error: unknown): CheckFailure {
  if (error instanceof TimeLimitError) return { message: error.message, waitingFor: error.waitingFor };
  if (error instanceof Failure) {
    const { message, expected, seen, cause } = error;
    return { message, expected, seen, ...(isRunvoyError(cause) && { code: cause.code }), ...stackOf(cause) };
  }
  if (isRunvoyError(error)) {
    const { code, message, cause } = error;
    const behind = cause === undefined ? '' : `; behind it: ${String(cause)}`;
    return { message: `${code}: ${message}${behind}`, code, ...stackOf(error) };
  }
  return { message: String(error), ...stackOf(error) };
}

/** The first frames, without the folders of this machine: reports are published. */
function stackOf(error: unknown): { stack?: string } {
  if (!(error instanceof Error) || error.stack === undefined) return {};
  const frames = error.stack.split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('node:internal'));
  const stack = frames.slice(0, 6).map(withoutFolder).join('\n');
  return stack === '' ? {} : { stack };
}

function withoutFolder(frame: string): string {
  return frame.replace(/(file:\/\/)?\/[^\s():]*\/(?=[^\s():/]+\/[^\s():/]+:\d)/g, '…/').trim();
}
