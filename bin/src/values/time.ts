import { RunvoyError } from '@runvoy/core/provider';
import { parseDuration } from './duration.ts';

/** Milliseconds since the epoch of a point in time: RFC 3339, a date, or a duration before `now` such as `10m`. */
export function parseTime(text: string, field: string, now: number): number {
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const time = Date.parse(text);
    if (!Number.isNaN(time)) return time;
  } else if (/^\d+(?:\.\d+)?(?:ms|s|m|h|d)/.test(text)) {
    return now - parseDuration(text, field);
  }
  throw new RunvoyError('INVALID_REQUEST', `${field} is not a time: ${JSON.stringify(text)}`, {
    field,
    remedy: 'Write it as 10m (that long ago), 2026-01-31 or 2026-01-31T12:00:00Z.',
  });
}

/** `2026-01-31 12:00:00`, UTC, as upstream shows times; empty when there is none. */
export function formatTime(time: string | number | undefined): string {
  if (time === undefined) return '';
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(0, 19).replace('T', ' ');
}
