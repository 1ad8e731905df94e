import { RunvoyError } from '../contract/errors.ts';
import type { Call } from './call.ts';

const none = new URLSearchParams();

export function queryOf(call: Call): URLSearchParams {
  const { url } = call.request;
  const start = url.indexOf('?');
  return start === -1 ? none : new URLSearchParams(url.slice(start + 1));
}

/** The value of a parameter; an empty one counts as absent. */
export function textParameter(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

export const badLimitPhrase = 'invalid limit parameter';

/** A whole number between `minimum` and `maximum`, or `undefined`. Sets upstream's phrase when it is neither. */
export function limitParameter(
  call: Call,
  query: URLSearchParams,
  bounds: { minimum: number; maximum?: number },
): number | undefined {
  const text = textParameter(query, 'limit');
  if (text === undefined) return undefined;
  const { minimum, maximum = 1_000_000_000 } = bounds;
  const limit = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= minimum && limit <= maximum) return limit;
  call.phrase = badLimitPhrase;
  const upTo = bounds.maximum === undefined ? '' : ` to ${maximum}`;
  throw new RunvoyError('INVALID_REQUEST', `limit must be a whole number from ${minimum}${upTo}, not ${quote(text)}`, {
    field: 'limit',
    remedy: minimum === 0 ? 'Give a whole number; 0 means all.' : 'Give a whole number in that range.',
  });
}

/** A point in time as RFC 3339 text or a date, in milliseconds since the epoch. */
export function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new RunvoyError('INVALID_REQUEST', `${name} is not a time: ${quote(text)}`, {
    field: name,
    remedy: 'Use RFC 3339 with a time zone, e.g. 2026-01-31T08:00:00Z, or a date.',
  });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
