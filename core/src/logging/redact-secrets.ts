/** Field names whose values must never be written, whoever put them there. */
const secretNames = new Set([
  'api_key',
  'apiKey',
  'authorization',
  'claimToken',
  'claim_token',
  'password',
  'secret',
  'secretEnv',
  'token',
  'value',
  'x-api-key',
  'X-API-Key',
]);

/**
 * The fields of a log line with the values of secret names struck out, at any depth. A second net: nobody should log them in the
 * first place. (pino's own `redact` costs 8 µs a line with as many paths; this a quarter of one, as nearly every line is clean.)
 */
export function redactSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return isClean(fields, 0) ? fields : (strike(fields, 0) as Record<string, unknown>);
}

const maximumDepth = 6;

function isClean(fields: object, depth: number): boolean {
  for (const name in fields) {
    if (secretNames.has(name)) return false;
    const value = (fields as Record<string, unknown>)[name];
    if (isNested(value, depth) && !isClean(value, depth + 1)) return false;
  }
  return true;
}

function strike(value: unknown, depth: number): unknown {
  if (!isNested(value, depth - 1)) return value;
  if (Array.isArray(value)) return value.map((element) => strike(element, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => [
      name,
      secretNames.has(name) ? '[redacted]' : strike(content, depth + 1),
    ]),
  );
}

/** Errors have a serialiser of their own. */
function isNested(value: unknown, depth: number): value is object {
  return typeof value === 'object' && value !== null && depth < maximumDepth && !(value instanceof Error);
}
