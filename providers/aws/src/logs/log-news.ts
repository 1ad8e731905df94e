/** Tells followers of a log in this process that something was appended by this process. */
export class LogNews {
  readonly #followers = new Map<string, Set<Follower>>();

  announce(executionId: string): void {
    for (const follower of this.#followers.get(executionId) ?? []) follower.wake();
  }

  /** `signals` wake the follower too. */
  follow(executionId: string, signals: readonly (AbortSignal | undefined)[]): Follower {
    const followers = this.#followers.get(executionId) ?? new Set();
    const follower = new Follower(signals, () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#followers.get(executionId) === followers) this.#followers.delete(executionId);
    });
    this.#followers.set(executionId, followers.add(follower));
    return follower;
  }
}

export class Follower {
  /** Changes with every piece of news. */
  version = 0;
  readonly #signals: readonly AbortSignal[];
  readonly #onStop: () => void;
  #resolve: (() => void) | undefined;

  constructor(signals: readonly (AbortSignal | undefined)[], onStop: () => void) {
    this.#signals = signals.filter((signal) => signal !== undefined);
    this.#onStop = onStop;
    for (const signal of this.#signals) signal.addEventListener('abort', this.wake, { once: true });
  }

  readonly wake = (): void => {
    this.version++;
    this.#resolve?.();
  };

  /** Resolves when there is news since `seen`, or after so many milliseconds. */
  async next(seen: number, milliseconds: number): Promise<void> {
    if (this.version !== seen) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    this.#resolve = undefined;
  }

  stop(): void {
    for (const signal of this.#signals) signal.removeEventListener('abort', this.wake);
    this.#onStop();
  }
}
