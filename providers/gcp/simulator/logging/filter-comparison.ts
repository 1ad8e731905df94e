import { invalidArgument } from '../cloud/cloud-error.ts';
import { rfc3339 } from '../cloud/time.ts';
import type { Entry } from './entry.ts';

const severities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'];

/** One `field operator value`. Comparing a field that an entry lacks gives false, but for `!=`, as in the real language. */
export function comparison(path: readonly string[], operator: string, value: string): (entry: Entry) => boolean {
  const test = testOf(path, operator, value);
  return (entry) => {
    const found = valuesAt(entry, path);
    if (found.length === 0) return operator === '!=' || operator === '!~';
    return operator === '!=' || operator === '!~' ? found.every(test) : found.some(test);
  };
}

function testOf(path: readonly string[], operator: string, value: string): (found: unknown) => boolean {
  switch (operator) {
    case ':':
      // `field:*` asks whether there is one.
      return value === '*' ? () => true : (found) => String(found).toLowerCase().includes(value.toLowerCase());
    case '=~':
    case '!~': {
      const pattern = regular(value);
      return (found) => pattern.test(String(found)) === (operator === '=~');
    }
    default: {
      const order = orderOf(path, value);
      return (found) => {
        const difference = order(found);
        switch (operator) {
          case '=':
            return difference === 0;
          case '!=':
            return difference !== 0;
          case '>':
            return difference > 0;
          case '<':
            return difference < 0;
          case '>=':
            return difference >= 0;
          default:
            return difference <= 0;
        }
      };
    }
  }
}

/** How what is found stands to the value: before (below 0), at, or after it. NaN where they cannot be compared. */
function orderOf(path: readonly string[], value: string): (found: unknown) => number {
  const field = path.join('.');
  if (field === 'timestamp' || field === 'receiveTimestamp') {
    const wanted = comparableTime(value);
    return (found) => compareText(String(found), wanted);
  }
  if (field === 'severity') {
    const wanted = severities.indexOf(value.toUpperCase());
    if (wanted < 0) throw invalidArgument(`Unparseable filter: '${value}' is not a severity`);
    return (found) => severities.indexOf(String(found)) - wanted;
  }
  return (found) => {
    if (typeof found === 'number') return found - Number(value);
    // Equality of text looks at no case.
    return compareText(String(found).toLowerCase(), value.toLowerCase());
  };
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** In the form of the entry's own time, so that the order of the text is the order of the times. */
function comparableTime(value: string): string {
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) throw invalidArgument(`Unparseable filter: '${value}' is not a timestamp`);
  const decimals = /\.(\d+)/.exec(value)?.[1] ?? '';
  return rfc3339(Math.floor(milliseconds / 1000) * 1e6 + Number(decimals.padEnd(6, '0').slice(0, 6)));
}

function regular(value: string): RegExp {
  try {
    const insensitive = value.startsWith('(?i)');
    return new RegExp(insensitive ? value.slice(4) : value, insensitive ? 'i' : '');
  } catch {
    throw invalidArgument(`Unparseable filter: invalid regular expression '${value}'`);
  }
}

/** What stands at a path: nothing, one value, or those of all members of a list. */
function valuesAt(entry: Entry, path: readonly string[]): unknown[] {
  const field = path.join('.');
  if (field === 'timestamp') return [rfc3339(entry.timestamp)];
  if (field === 'receiveTimestamp') return [rfc3339(entry.receiveTimestamp)];
  if (field === 'severity') return [entry.severity ?? 'DEFAULT'];
  let values: unknown[] = [entry];
  for (const key of path)
    values = values
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        const member = (value as Record<string, unknown>)[key] ?? (value as Record<string, unknown>)[camelCase(key)];
        return member === undefined ? [] : [member];
      });
  return values.flatMap((value) => (Array.isArray(value) ? value : [value]));
}

/** `text_payload` is as good as `textPayload`. */
const camelCase = (key: string): string => key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());

/** Whether some text of the entry has this, in lower case. */
export function contains(value: unknown, searched: string): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((member) => contains(member, searched));
  return String(value).toLowerCase().includes(searched);
}
