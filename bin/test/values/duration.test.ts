import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/values/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['90', 90_000],
    ['0', 0],
    ['1.5', 1500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text, '--timeout')).toBe(expected);
  });

  it.each(['', '-1', '10x', 'm', '1h 30m', '1e3'])('refuses %j, naming the flag and the form', (text) => {
    expect(() => parseDuration(text, '--timeout')).toThrowError(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        field: '--timeout',
        remedy: expect.stringContaining('1h30m'),
      }),
    );
  });
});

it.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [12_900, '12 s'],
  [185_000, '3 min 5 s'],
  [600_000, '10 min'],
  [7_800_000, '2 h 10 min'],
  [604_800_000, '168 h'],
])('formatDuration(%d) is %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected);
});
