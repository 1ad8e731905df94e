import type { z } from 'zod';
import { RunvoyError } from '../../contract/errors.ts';

type Issue = z.core.$ZodIssue;

/** One error for all that is wrong with a body; `field` is the first of the fields. Values are not repeated: they may be secret. */
export function describeIssues(issues: readonly Issue[], input: unknown): RunvoyError {
  const sentences = new Map<string, string>();
  for (const issue of issues) {
    const field = pathOf(issue.path);
    // One thing at a time: what is absent need not be told that it is malformed, too.
    if (!sentences.has(field))
      sentences.set(field, `${field || 'the body'} ${problemOf(issue, valueAt(input, issue.path))}`);
  }
  return new RunvoyError('INVALID_REQUEST', [...sentences.values()].join('; '), {
    field: pathOf(issues[0]!.path) || 'body',
    remedy: 'The fields of this request are described in /api/v1/openapi.json.',
  });
}

/** `secrets[0]`, `env.PATH`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((joined, key) => {
    if (typeof key === 'number') return `${joined}[${key}]`;
    return joined === '' ? String(key) : `${joined}.${String(key)}`;
  }, '');
}

const nouns: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

/** The predicate of a sentence whose subject is the field. The schemas' own messages are such predicates; zod's are not. */
function problemOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return 'is required';
      return `must be ${nouns[issue.expected] ?? issue.expected}, not ${typeNameOf(value, issue.expected)}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a valid name';
    case 'invalid_union':
      return issue.errors[0]?.[0] ? problemOf(issue.errors[0][0], value) : 'is not valid';
    case 'too_big':
      return issue.message.startsWith('Too big')
        ? `must have at most ${issue.maximum} ${unitOf(issue.origin)}`
        : issue.message;
    case 'too_small':
      return issue.message.startsWith('Too small')
        ? `must have at least ${issue.minimum} ${unitOf(issue.origin)}`
        : issue.message;
    case 'invalid_format':
      return issue.format === 'base64' ? 'must be base64' : issue.message;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  return origin === 'string' ? 'characters' : 'entries';
}

function typeNameOf(value: unknown, expected: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (expected === 'int' && typeof value === 'number') return 'a fraction';
  return nouns[typeof value] ?? typeof value;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);
}
