/** Keys that are remembered, over all logs. */
const maximumKeys = 200_000;

/**
 * The lines of logs that this process alone has written, from the first line on, so that it need not look for what it knows. It is
 * valid as long as nobody else has added anything, which the number of lines tells.
 */
export class KnownLines {
  readonly #logs = new Map<string, { next: number; keys: Set<string> }>();
  #count = 0;

  /** All keys of a log with so many lines; `undefined` when this process has not written all of them. */
  of(executionId: string, next: number): ReadonlySet<string> | undefined {
    if (next === 0) return none;
    const known = this.#logs.get(executionId);
    return known?.next === next ? known.keys : undefined;
  }

  /** Lines were added to a log that had `before` lines. */
  add(executionId: string, before: number, keys: readonly string[]): void {
    const known = this.#logs.get(executionId) ?? { next: 0, keys: new Set<string>() };
    if (known.next !== before) {
      this.#forget(executionId);
      return;
    }
    for (const key of keys) known.keys.add(key);
    known.next += keys.length;
    this.#count += keys.length;
    // What was written last is forgotten last.
    this.#logs.delete(executionId);
    this.#logs.set(executionId, known);
    while (this.#count > maximumKeys) this.#forget(this.#logs.keys().next().value as string);
  }

  #forget(executionId: string): void {
    this.#count -= this.#logs.get(executionId)?.keys.size ?? 0;
    this.#logs.delete(executionId);
  }
}

const none: ReadonlySet<string> = new Set();
