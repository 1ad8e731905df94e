import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, and says which one when it does not come true. */
export async function until(condition: () => boolean, what: string, milliseconds = 10_000): Promise<void> {
  for (const end = Date.now() + milliseconds; !condition(); await delay(10))
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms: ${what}`);
}
