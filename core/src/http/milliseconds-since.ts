/** Milliseconds since a time of `performance.now()`, to the microsecond. */
export function millisecondsSince(started: number): number {
  return Math.round((performance.now() - started) * 1000) / 1000;
}
