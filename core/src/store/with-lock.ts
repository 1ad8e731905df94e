import { setTimeout as delay } from 'node:timers/promises';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import { randomHex } from '../random-hex.ts';

/** How long a holder that died stands in the way. Work under a lock is a few writes, which take far less. */
const leaseMilliseconds = 15_000;
const attempts = 100;
const pauseMilliseconds = 50;

/**
 * Does `work` while no other process does work under the same name, for changes that touch several documents. Waits for its
 * turn about 5 s, then rejects with CONFLICT.
 */
export async function withLock<T>(
  { store, now }: { store: Store; now(): number },
  name: string,
  call: CallOptions,
  work: () => Promise<T>,
): Promise<T> {
  const reservation = `lock:${name}`;
  const holder = randomHex(16);
  for (let attempt = 1; ; attempt++) {
    try {
      const created_at = now();
      const lock = { reservation, holder, digest: '', created_at, expires_at: created_at + leaseMilliseconds };
      await store.insert('reservations', lock, call);
      break;
    } catch (error) {
      if (!isRunvoyError(error, 'CONFLICT')) throw error;
      if (attempt === attempts)
        throw new RunvoyError('CONFLICT', `another change of ${name} is under way`, {
          remedy: 'Repeat the request in a moment.',
          retryAfterSeconds: 1,
        });
      await delay(pauseMilliseconds * (0.5 + Math.random()));
    }
  }
  try {
    return await work();
  } finally {
    // Conditional, unlike a removal: it may have run out, and be somebody else's by now. If this fails it runs out by itself.
    const release = { set: { expires_at: now() - 1 }, when: { holder } };
    await store.update('reservations', reservation, release, { requestId: call.requestId }).catch(() => undefined);
  }
}
