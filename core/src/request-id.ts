import { randomHex } from './random-hex.ts';

/**
 * 32 hexadecimal characters: the time in milliseconds, and 80 random bits. Records are indexed by the request that wrote them, and
 * a database writes the index of random values a page for each, but that of growing ones a page for many.
 */
export function createRequestId(): string {
  return Date.now().toString(16).padStart(12, '0') + randomHex(10);
}
