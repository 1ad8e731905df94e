import type { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RunvoyError } from '../contract/errors.ts';

/** Counts requests in windows of ten seconds, in this process. */
export interface RateLimits {
  /** One request of a key. Rejects with RATE_LIMITED when it is one too many. */
  countKey(apiKeyHash: string): Promise<void>;
  /**
   * One request of an address without a valid key. Requests with one do not count, and are not refused because of others: people
   * behind one proxy share an address.
   */
  countAddress(address: string | undefined): Promise<void>;
}

/** Long enough for a page or a script that asks for many things at once. */
const windowSeconds = 10;

export function createRateLimits(requestsPerSecond: number): RateLimits | undefined {
  if (requestsPerSecond === 0) return undefined;
  let limiters: Promise<{ keys: RateLimiterMemory; addresses: RateLimiterMemory }> | undefined;
  // Loaded with the first request: an embedded server, which limits nothing, starts faster without.
  const load = async () => {
    const { RateLimiterMemory } = await import('rate-limiter-flexible');
    const window = { points: requestsPerSecond * windowSeconds, duration: windowSeconds };
    return { keys: new RateLimiterMemory(window), addresses: new RateLimiterMemory(window) };
  };
  const count = async (kind: 'keys' | 'addresses', key: string, who: string): Promise<void> => {
    limiters ??= load();
    const limiter = (await limiters)[kind];
    try {
      await limiter.consume(key);
    } catch (refusal) {
      const retryAfterSeconds = Math.max(1, Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000));
      throw new RunvoyError('RATE_LIMITED', `more than ${requestsPerSecond} requests a second from this ${who}`, {
        retryAfterSeconds,
        remedy: `Wait ${retryAfterSeconds} s, then slow down.`,
      });
    }
  };
  return {
    countKey: (apiKeyHash) => count('keys', apiKeyHash, 'API key'),
    countAddress: (address) => count('addresses', address ?? 'unknown', 'address'),
  };
}
