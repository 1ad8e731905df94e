import { setTimeout as delay } from 'node:timers/promises';

/**
 * The first value read that `holds`, or, once the cloud may not be later any more, the last one: for a comparison that then
 * says what was seen. A cloud with no lag is asked once.
 */
export async function eventually<T>(
  lagMilliseconds: number | undefined,
  read: () => Promise<T>,
  holds: (value: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + (lagMilliseconds ?? 0);
  for (let pause = 5; ; pause = Math.min(pause * 2, 250)) {
    const value = await read();
    const left = deadline - performance.now();
    if (left <= 0 || holds(value)) return value;
    await delay(Math.min(pause, left));
  }
}
