import { z } from 'zod';
import { RunvoyError } from '../../contract/errors.ts';
import { describeIssues } from './describe-issues.ts';
import { firstJsonValue } from './first-json-value.ts';

/** A validator of one route's body. Takes fields as Go's decoder does, which upstream's clients were written against. */
export function bodyValidator<Body>(schema: z.ZodType<Body>): (value: unknown) => Body {
  const fields = schema instanceof z.ZodObject ? fieldsOf(schema) : undefined;
  return (value) => {
    const input = fields && isRecord(value) ? foldFields(value, fields) : (value ?? {});
    const result = schema.safeParse(input);
    if (result.success) return result.data;
    throw describeIssues(result.error.issues, input);
  };
}

/** The first JSON value of a text; what follows it is ignored, as upstream does. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const found = firstJsonValue(text);
    if ('end' in found) return JSON.parse(text.slice(0, found.end));
    throw notJson(text, found.invalidAt);
  }
}

function notJson(text: string, position: number): RunvoyError {
  const remedy = 'Send one JSON object.';
  if (text.trim() === '') return new RunvoyError('INVALID_REQUEST', 'the body is empty', { field: 'body', remedy });
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  const problem = position >= text.length ? 'it ends too early' : 'unexpected character';
  return new RunvoyError(
    'INVALID_REQUEST',
    `the body is not JSON: ${problem} at position ${position} (line ${line}, column ${column})`,
    { field: 'body', remedy },
  );
}

interface Fields {
  /** Whether a field may be absent, by its name. */
  optional: Map<string, boolean>;
  byLowerCase: Map<string, string>;
}

function fieldsOf(schema: z.ZodObject): Fields {
  const names = Object.keys(schema.shape);
  return {
    optional: new Map(names.map((name) => [name, (schema.shape[name] as z.ZodType).safeParse(undefined).success])),
    byLowerCase: new Map(names.map((name) => [name.toLowerCase(), name])),
  };
}

/**
 * Go matches the names of fields in any case, reads `null` as absent, and cannot tell an empty text from an absent one: clients
 * send both. Unknown fields are dropped.
 */
function foldFields(value: Record<string, unknown>, { optional, byLowerCase }: Fields): Record<string, unknown> {
  const folded: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const name = optional.has(key) ? key : byLowerCase.get(key.toLowerCase());
    if (name === undefined) continue;
    const content = value[key];
    if (content === null || (content === '' && optional.get(name))) continue;
    folded[name] = content;
  }
  return folded;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
