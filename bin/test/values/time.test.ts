import { expect, it } from 'vitest';
import { formatTime, parseTime } from '../../src/values/time.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

it.each([
  ['10m', '2026-11-23T11:50:00.000Z'],
  ['1d', '2026-11-22T12:00:00.000Z'],
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T10:00:00+02:00', '2026-11-01T08:00:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(parseTime(text, '--since', now)).toISOString()).toBe(expected);
});

it.each(['yesterday', '10', '2026-13-45', ''])('refuses %j', (text) => {
  expect(() => parseTime(text, '--since', now)).toThrowError(expect.objectContaining({ field: '--since' }));
});

it('shows times in UTC, to the second', () => {
  expect(formatTime('2026-11-23T13:00:01.999+01:00')).toBe('2026-11-23 12:00:01');
  expect(formatTime(undefined)).toBe('');
});
