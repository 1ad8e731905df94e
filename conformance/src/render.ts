import { inspect } from 'node:util';

/** A value as people read it, on one line, shortened to about `maximum` characters. */
export function render(value: unknown, maximum = 400): string {
  const shown = value instanceof Uint8Array ? Buffer.from(value).toString() : value;
  const text = inspect(shown, {
    depth: 5,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 12,
    maxStringLength: maximum,
  });
  return text.length > maximum ? `${text.slice(0, maximum)}… (${text.length} characters)` : text;
}
