import { settingFor, type Throttle } from './knobs.ts';
import type { Random } from './random.ts';

/** Decides which calls are refused with "Rate exceeded". */
export class RateLimiter {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #recent = new Map<string, number[]>();

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  exceeded(throttles: Record<string, Throttle>, operation: string): boolean {
    const throttle = settingFor(throttles, operation);
    if (throttle === undefined) return false;
    if (this.#random.chance(throttle.probability ?? 0)) return true;
    if (throttle.perSecond === undefined) return false;
    const now = this.#now();
    const recent = (this.#recent.get(operation) ?? []).filter((time) => time > now - 1000);
    const over = recent.length >= throttle.perSecond;
    if (!over) recent.push(now);
    this.#recent.set(operation, recent);
    return over;
  }
}
