import type { LogStream } from '../contract/logs.ts';

/** For how long the first missing line of each stream has been the same: in a burst gaps come and go, and tell nothing. */
export class MissingSince {
  readonly #first = new Map<LogStream, { number: number; since: number }>();

  /** Takes down what is missing now; the longest time, in milliseconds, that a line has been missing. */
  longest(missing: ReadonlyMap<LogStream, number>, now: number): number {
    for (const stream of this.#first.keys()) if (!missing.has(stream)) this.#first.delete(stream);
    let longest = 0;
    for (const [stream, number] of missing) {
      const known = this.#first.get(stream);
      if (known?.number === number) longest = Math.max(longest, now - known.since);
      else this.#first.set(stream, { number, since: now });
    }
    return longest;
  }

  clear(): void {
    this.#first.clear();
  }
}
