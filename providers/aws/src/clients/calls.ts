import type { CallOptions } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';

/** Makes calls of SDK clients, each of which ends with its caller and with the provider. */
export class Calls {
  readonly #lifecycle: Lifecycle;

  constructor(lifecycle: Lifecycle) {
    this.#lifecycle = lifecycle;
  }

  async run<T>(send: (options: { abortSignal?: AbortSignal }) => Promise<T>, call?: CallOptions): Promise<T> {
    this.#lifecycle.enter(call);
    return this.#lifecycle.settle(send(call?.signal ? { abortSignal: call.signal } : {}), call);
  }

  /** Waits; rejects when the caller or the provider ends it. */
  pause(milliseconds: number, call?: CallOptions): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    return this.#lifecycle.settle(over, call).finally(() => clearTimeout(timer));
  }
}
