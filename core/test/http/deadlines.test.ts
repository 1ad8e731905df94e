import { expect, test } from 'vitest';
import { createDeadlines } from '../../src/http/deadlines.ts';

test('work that ends in time settles as it would have', async () => {
  const { limit } = createDeadlines(60_000);
  const never = () => new Error('expired');
  expect(await limit(Promise.resolve(7), never)).toBe(7);
  await expect(limit(Promise.reject(new Error('own')), never)).rejects.toThrow('own');
});

test('work that does not is given up, each piece once, however many there are', async () => {
  const { limit } = createDeadlines(20);
  const expired: number[] = [];
  const works = [1, 2, 3].map((number) =>
    limit(new Promise(() => {}), () => {
      expired.push(number);
      return new Error(`expired ${number}`);
    }),
  );
  const results = await Promise.allSettled(works);
  expect(results.map((result) => result.status === 'rejected' && result.reason.message)).toEqual([
    'expired 1',
    'expired 2',
    'expired 3',
  ]);
  expect(expired).toEqual([1, 2, 3]);
  // And again, after a pause in which nothing was pending.
  await expect(limit(new Promise(() => {}), () => new Error('later'))).rejects.toThrow('later');
});
