import { type CallOptions, RunvoyError } from '@runvoy/core/provider';

type Method = (...args: never[]) => unknown;

// #region calls
/** What the contract asks of every call, once: refused after `close`, and rejected promptly when its signal aborts. */
export function guardCalls<Facet extends object>(facet: Facet, closed: AbortSignal): Facet {
  const guarded = Object.entries(facet).map(([name, method]: [string, Method]) => [
    name,
    async (...args: never[]) => {
      const signal = args.map((arg) => (arg as CallOptions | undefined)?.signal).find((it) => it !== undefined);
      refuseWhen(closed, signal);
      return untilAborted(signal, method(...args) as Promise<unknown>);
    },
  ]);
  return Object.fromEntries(guarded) as Facet;
}

export function refuseWhen(closed: AbortSignal, signal: AbortSignal | undefined): void {
  if (closed.aborted) throw new RunvoyError('SERVICE_UNAVAILABLE', 'this connection to the folder is closed');
  if (signal?.aborted) throw cancelled();
}
// #endregion

async function untilAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(cancelled());
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const cancelled = () => new RunvoyError('CANCELLED', 'the caller has gone away');
