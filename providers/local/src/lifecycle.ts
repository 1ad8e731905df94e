import { type CallOptions, RunvoyError } from '@runvoy/core/provider';

/** What every facet asks before it does anything: is the provider still open, and does the caller still want it. */
export class Lifecycle {
  readonly #closing = new AbortController();

  /** Aborts when the provider closes. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Throws CANCELLED or SERVICE_UNAVAILABLE. */
  enter(call?: CallOptions): void {
    if (this.closed.aborted) throw closedError();
    if (call?.signal?.aborted) throw cancelledError(call.signal);
  }

  /** The outcome of `work`, or CANCELLED or SERVICE_UNAVAILABLE as soon as the caller aborts or the provider closes. */
  async settle<T>(work: Promise<T>, call?: CallOptions): Promise<T> {
    const { signal } = call ?? {};
    const interrupted = Promise.withResolvers<never>();
    const onClose = () => interrupted.reject(closedError());
    const onAbort = () => interrupted.reject(cancelledError(signal));
    this.closed.addEventListener('abort', onClose, { once: true });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, interrupted.promise]);
    } finally {
      this.closed.removeEventListener('abort', onClose);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.#closing.abort();
  }
}

export const closedError = () => new RunvoyError('SERVICE_UNAVAILABLE', 'the local provider is closed');

const cancelledError = (signal?: AbortSignal) =>
  new RunvoyError('CANCELLED', 'the call was cancelled', { cause: signal?.reason });
