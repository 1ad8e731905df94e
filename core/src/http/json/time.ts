/** Milliseconds since the epoch as RFC 3339. */
export function toRfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
