/** Microseconds since 1970, which is as exact as Google's own times are. Exact in a double until the year 2255. */
export type Microseconds = number;

export interface Timestamp {
  seconds: string;
  nanos: number;
}

export const timestamp = (time: Microseconds): Timestamp => ({
  seconds: String(Math.floor(time / 1e6)),
  nanos: (time % 1e6) * 1000,
});

/** RFC 3339 with six decimals, as in a LogEntry. */
export const rfc3339 = (time: Microseconds): string =>
  `${new Date(Math.floor(time / 1e6) * 1000).toISOString().slice(0, 19)}.${String(time % 1e6).padStart(6, '0')}Z`;

interface SecondsAndNanos {
  seconds?: unknown;
  nanos?: number | null;
}

export const microseconds = (value: SecondsAndNanos): Microseconds =>
  Number(value.seconds ?? 0) * 1e6 + Math.floor((value.nanos ?? 0) / 1000);

export const milliseconds = (value: SecondsAndNanos): number => microseconds(value) / 1000;

/** A clock that never shows the same microsecond twice, unless whoever gives the time stands still. */
export class Clock {
  readonly #now: () => number;
  #last = 0;

  /** `now`: milliseconds since 1970, decimals welcome. */
  constructor(now: () => number = () => performance.timeOrigin + performance.now()) {
    this.#now = now;
  }

  now(): Microseconds {
    this.#last = Math.max(this.#last + 1, Math.floor(this.#now() * 1000));
    return this.#last;
  }
}
