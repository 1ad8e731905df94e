import { RunvoyError } from '../contract/errors.ts';
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
  /** Where a process may not wait as long as it takes: seconds after which it leaves the rest to another attempt. */
  maximumWaitSeconds?: number;
}

/** Seconds to wait for the last lines. A wrapper that was killed prints no end marker, so waiting longer gains nothing then. */
const patience: Record<EndReason, number> = {
  exited: 30,
  signalled: 5,
  stopped: 5,
  'timed-out': 5,
  'out-of-memory': 5,
  lost: 5,
  'start-failed': 5,
};

/** After so long the archive is asked, besides at the end. */
const archiveMilliseconds = 3000;

/**
 * Waits until every line that a task printed is in the log, before its final status is published: for the end mark, then
 * once for what only the archive has. Afterwards the log is marked as ended in any case, so that nobody follows it for ever. Rejects
 * with SERVICE_UNAVAILABLE when this process may wait no longer, although lines may still come.
 */
export async function drain(
  provider: Pick<Provider, 'logs' | 'capabilities'>,
  executionId: string,
  { reason, endedAt, started }: { reason: EndReason; endedAt: number; started: boolean },
  options: DrainOptions,
  call: CallOptions,
): Promise<Drained> {
  const { logs, capabilities } = provider;
  const start = options.now();
  // From the end on, so that a second attempt need not wait again.
  // What never started has printed nothing.
  const overAt = Math.min(start, endedAt) + (started ? patience[reason] : 0) * 1000;
  const deadline = Math.min(overAt, start + (options.maximumWaitSeconds ?? Number.POSITIVE_INFINITY) * 1000);
  const hasArchive = capabilities.archive === true && started;
  let ended = options.sawEnd(executionId) || (await logs.ended(executionId, call));
  let askedAt = start;
  let mayAskEarly = hasArchive && !options.isBilled;
  let filled = false;
  for (let pause = 25; !ended && options.now() < deadline; pause = Math.min(pause * 2, 1000)) {
    await options.sleep(Math.min(pause, deadline - options.now()));
    // Where nothing is delivered, or delivery is slow, the archive may have the end already.
    if (mayAskEarly && options.now() - start >= archiveMilliseconds) {
      mayAskEarly = false;
      filled = await fill();
    }
    ended = options.sawEnd(executionId);
    // Where lines pass through our own hands the store is only asked for those that passed through others'.
    const isDue = !options.isBilled || options.now() - start >= 2 * (askedAt - start) + 1000;
    if (ended || !isDue) continue;
    askedAt = options.now();
    ended = await logs.ended(executionId, call);
  }
  if (!ended && deadline < overAt) {
    throw new RunvoyError('SERVICE_UNAVAILABLE', `the last lines of ${executionId} have not arrived yet`, {
      remedy: 'Look again in a moment.',
    });
  }
  // What has the end has everything before it.
  if (hasArchive && !(filled && ended)) filled = await fill();
  if (!ended) ended = await logs.ended(executionId, call);
  if (!ended) await logs.append(executionId, [], { end: true }, call);
  return (ended && (filled || !hasArchive)) || !started
    ? { logs_complete: true }
    : {
        logs_complete: false,
        logs_waited_seconds: Math.max(0, Math.round((options.now() - Math.min(start, endedAt)) / 1000)),
      };

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
