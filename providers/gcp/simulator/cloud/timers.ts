/** Everything that happens later, so that nothing happens after the end. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();
  #closed = false;

  /** Returns what takes it back. At once, in order and without a timer when the delay is 0. */
  after(milliseconds: number, act: () => void): () => void {
    if (milliseconds <= 0) {
      act();
      return () => {};
    }
    if (this.#closed) return () => {};
    // A longer delay would fire at once: Node counts in 31 bits.
    const timer = setTimeout(
      () => {
        this.#pending.delete(timer);
        act();
      },
      Math.min(milliseconds, 2 ** 31 - 1),
    );
    this.#pending.add(timer);
    return () => {
      clearTimeout(timer);
      this.#pending.delete(timer);
    };
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
