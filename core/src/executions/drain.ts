import type { CallOptions, Logger, Provider } from '../contract/plugin.ts';
import type { EndReason } from '../contract/tasks.ts';

export interface Drained {
  logs_complete: boolean;
  /** Only when lines may be missing. */
  logs_waited_seconds?: number;
}

export interface DrainOptions {
  /** Appends what the cloud's archive holds, as if it had been delivered: masked, idempotent, the end marker recognised. */
  fillGaps(executionId: string, call: CallOptions): Promise<void>;
  /** Whether this process has taken in the end of the log. */
  sawEnd(executionId: string): boolean;
  /** The store is one that every look at costs. */
  isBilled: boolean;
  log: Logger;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Seconds to wait for the last lines. A wrapper that was killed prints no end marker, so waiting longer gains nothing then. */
const patience: Record<EndReason, number> = {
  exited: 30,
  signalled: 5,
  stopped: 5,
  'timed-out': 5,
  'out-of-memory': 5,
  lost: 5,
  'start-failed': 0,
};

/**
 * Waits until every line that a task printed is in the log, before its final status is published: for the end mark, then
 * once for what only the archive has. Afterwards the log is marked as ended in any case, so that nobody follows it for ever.
 */
export async function drain(
  provider: Pick<Provider, 'logs' | 'capabilities'>,
  executionId: string,
  reason: EndReason,
  options: DrainOptions,
  call: CallOptions,
): Promise<Drained> {
  const { logs, capabilities } = provider;
  const start = options.now();
  const deadline = start + patience[reason] * 1000;
  let ended = options.sawEnd(executionId) || (await logs.ended(executionId, call));
  let askedAt = start;
  for (let pause = 25; !ended && options.now() < deadline; pause = Math.min(pause * 2, 1000)) {
    await options.sleep(Math.min(pause, deadline - options.now()));
    ended = options.sawEnd(executionId);
    // Where lines pass through our own hands the store is only asked for those that passed through others'.
    const isDue = !options.isBilled || options.now() - start >= 2 * (askedAt - start) + 1000;
    if (ended || !isDue) continue;
    askedAt = options.now();
    ended = await logs.ended(executionId, call);
  }
  const isFilled = reason === 'start-failed' || capabilities.archive !== true || (await fill());
  if (!ended) ended = await logs.ended(executionId, call);
  if (!ended) await logs.append(executionId, [], { end: true }, call);
  return (ended && isFilled) || reason === 'start-failed'
    ? { logs_complete: true }
    : { logs_complete: false, logs_waited_seconds: Math.round((options.now() - start) / 1000) };

  /** The end of a run must not depend on whether the cloud's archive can be read. */
  async function fill(): Promise<boolean> {
    try {
      await options.fillGaps(executionId, call);
      return true;
    } catch (error) {
      options.log.warn(
        { request_id: call.requestId, execution_id: executionId, error },
        'could not look for missing lines in the archive',
      );
      return false;
    }
  }
}
