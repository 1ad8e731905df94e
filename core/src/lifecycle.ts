import { RunvoyError } from './contract/errors.ts';
import type { CallOptions } from './contract/plugin.ts';

/** What every facet of a provider asks before it does anything: is the provider still open, and does the caller still want it. */
export class Lifecycle {
  readonly #closing = new AbortController();
  readonly #provider: string;

  /** `provider`: its name, for messages. */
  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Aborts when the provider closes. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Throws CANCELLED or SERVICE_UNAVAILABLE. */
  enter(call?: CallOptions): void {
    if (this.closed.aborted) throw this.closedError();
    if (call?.signal?.aborted) throw cancelledError(call.signal);
  }

  /** The outcome of `work`, or CANCELLED or SERVICE_UNAVAILABLE as soon as the caller aborts or the provider closes. */
  async settle<T>(work: Promise<T>, call?: CallOptions): Promise<T> {
    const { signal } = call ?? {};
    // Nobody is told of what becomes of it once one of these is so.
    work.catch(() => undefined);
    this.enter(call);
    const interrupted = Promise.withResolvers<never>();
    const onClose = () => interrupted.reject(this.closedError());
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

  closedError(): RunvoyError {
    return closedError(this.#provider);
  }

  close(): void {
    this.#closing.abort();
  }
}

/** For what has no {@link Lifecycle} at hand. */
export const closedError = (provider: string) =>
  new RunvoyError('SERVICE_UNAVAILABLE', `the ${provider} provider is closed`);

const cancelledError = (signal?: AbortSignal) =>
  new RunvoyError('CANCELLED', 'the call was cancelled', { cause: signal?.reason });
