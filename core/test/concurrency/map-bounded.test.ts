import { expect, it } from 'vitest';
import { mapBounded } from '../../src/concurrency/map-bounded.ts';

it('keeps the order, and to the limit', async () => {
  let atWork = 0;
  let most = 0;
  const results = await mapBounded([5, 3, 8, 1, 9, 2], 3, async (item) => {
    most = Math.max(most, ++atWork);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    atWork--;
    return item * 2;
  });
  expect(results).toEqual([10, 6, 16, 2, 18, 4]);
  expect(most).toBe(3);
});

it('starts nothing new after a failure', async () => {
  const started: number[] = [];
  const mapping = mapBounded([0, 1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    if (item === 1) throw new Error('one');
    await new Promise((resolve) => setImmediate(resolve));
  });
  await expect(mapping).rejects.toThrow('one');
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toEqual([0, 1]);
});
