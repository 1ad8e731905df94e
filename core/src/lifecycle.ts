import { RunvoyError } from './contract/errors.ts';
import type { CallOptions } from './contract/plugin.ts';

/** What every facet of a provider asks before it does anything: is it still open, and does the caller still want it. */
export class Lifecycle {
  readonly #provider: string;
  readonly #closing = new AbortController();

  /** `provider`: its name, for errors. */
  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Aborts when the provider closes. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Throws CANCELLED or SERVICE_UNAVAILABLE. */
  enter(call?: CallOptions): void {
    if (this.closed.aborted) throw closedError(this.#provider);
    if (call?.signal?.aborted) throw cancelledError(call.signal);
  }

  /** The outcome of `work`, or CANCELLED or SERVICE_UNAVAILABLE as soon as the caller aborts or the provider closes. */
  async settle<T>(work: Promise<T>, call?: CallOptions): Promise<T> {
    const { signal } = call ?? {};
    const interrupted = Promise.withResolvers<never>();
    const onClose = () => interrupted.reject(closedError(this.#provider));
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

export const closedError = (provider: string) =>
  new RunvoyError('SERVICE_UNAVAILABLE', `the ${provider} provider is closed`);

const cancelledError = (signal?: AbortSignal) =>
  new RunvoyError('CANCELLED', 'the call was cancelled', { cause: signal?.reason });
