import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toRfc3339 } from '../../src/http/json/time.ts';

test('is what Date makes of it', () => {
  const early = -62_000_000_000_000;
  const late = 250_000_000_000_000;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: early, max: late }), { minLength: 1 }), (times) => {
      for (const time of times) expect(toRfc3339(time)).toBe(new Date(time).toISOString());
    }),
  );
  for (const time of [0, -1, 86_399_999, 86_400_000, 1_763_573_454_007])
    expect(toRfc3339(time)).toBe(new Date(time).toISOString());
});
