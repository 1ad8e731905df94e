import { afterEach, expect, it, vi } from 'vitest';
import { createRequestId } from '../src/request-id.ts';

afterEach(() => void vi.useRealTimers());

it('grows with time, and is another one each time', () => {
  vi.useFakeTimers();
  const ids = [0, 1, 1_000, 1_790_000_000_000, 2 ** 47].map((time) => {
    vi.setSystemTime(time);
    return createRequestId();
  });
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(Array.from({ length: 10_000 }, createRequestId)).size).toBe(10_000);
});
