import { expect, it } from 'vitest';
import { withLock } from '../../src/store/with-lock.ts';
import { createMemoryProvider } from '../support/memory-provider.ts';

it('lets one at a time work, and all in the end', async () => {
  const { store } = createMemoryProvider();
  let atWork = 0;
  const done: number[] = [];
  await Promise.all(
    [0, 1, 2, 3].map((n) =>
      withLock({ store, now: Date.now }, 'x', {}, async () => {
        expect(++atWork).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        atWork--;
        done.push(n);
      }),
    ),
  );
  expect(done.sort()).toEqual([0, 1, 2, 3]);
});

it('is free again after a failure', async () => {
  const { store } = createMemoryProvider();
  const failing = withLock({ store, now: Date.now }, 'x', {}, () => Promise.reject(new Error('work')));
  await expect(failing).rejects.toThrow('work');
  expect(await withLock({ store, now: Date.now }, 'x', {}, async () => 1)).toBe(1);
});

it('does not wait for ever for one who died, and takes nothing from his successor', async () => {
  let time = 1000;
  const now = () => time;
  const { store } = createMemoryProvider({ now });
  const died = Promise.withResolvers<void>();
  const first = withLock({ store, now }, 'x', {}, () => died.promise);
  await expect.poll(() => store.get('reservations', 'lock:x')).toBeDefined();
  time += 15_000;
  const second = Promise.withResolvers<void>();
  const working = withLock({ store, now }, 'x', {}, () => second.promise);
  await expect.poll(async () => (await store.get('reservations', 'lock:x'))?.created_at).toBe(16_000);
  died.resolve();
  await first;
  expect(await store.get('reservations', 'lock:x')).toBeDefined();
  second.resolve();
  await working;
  expect(await store.get('reservations', 'lock:x')).toBeUndefined();
});
