import { errorCodes } from '@runvoy/core/provider';
import { z } from 'zod';
import type { Check } from '../check.ts';
import type { Harness } from '../harness.ts';
import { closest } from './closest.ts';
import { suiteError } from './suite-error.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const func = (remedy: string) => z.custom<never>(isFunction, { error: `must be a function: ${remedy}` });
const milliseconds = z.number().min(0, 'must be 0 or more milliseconds').optional();
const text = z.string().min(1, 'must not be empty').optional();

const schema = z.strictObject({
  plugin: z.custom((value) => isFunction(value) || (typeof value === 'object' && value !== null), {
    error:
      'must be the default export of the provider (what defineProvider returns), or a function that resolves to it: plugin: () => import("./src/index.ts").then((module) => module.default)',
  }),
  world: func('world: (id) => ({ env: { … }, teardown: … }), which makes a fresh deployment for one check'),
  lag: z.strictObject({ query: milliseconds, logs: milliseconds, tasks: milliseconds }).optional(),
  deviations: z
    .record(
      z.string(),
      z.string().trim().min(1, 'needs the reason as its value: "<check id>": "<why it does not hold>"'),
    )
    .optional(),
  images: z.strictObject({ runnable: text, unknown: text }).optional(),
  identities: z.strictObject({ known: z.string().min(1), unknown: z.string().min(1) }).optional(),
  invalidSettings: z.record(z.string(), z.string()).optional(),
  module: text,
  repositories: z
    .custom((value) => isFunction(value) || typeof (value as { no?: unknown } | null)?.no === 'string', {
      error: 'must be a function from a folder to the URL that a task reaches it by, or { no: "<reason>" }',
    })
    .optional(),
  errors: z
    .partialRecord(
      z.enum(Object.keys(errorCodes) as [string, ...string[]]),
      func('it makes the raw error as the SDK throws it'),
    )
    .optional(),
  notifications: z
    .strictObject({
      taskChanged: func('(executionId, ref) => the notification').optional(),
      logLines: func('(executionId, lines, ref) => the notification').optional(),
      reconcile: func('() => the notification').optional(),
      malformed: z.array(z.unknown()).optional(),
    })
    .optional(),
  requests: z
    .strictObject({
      genuine: func('it makes the HTTP request that carries a notification'),
      forged: func('it makes requests that only look like that'),
    })
    .optional(),
  worldSeconds: z.number().positive('must be more than 0 seconds').optional(),
  parallel: z.number().int().min(1, 'must be at least 1').optional(),
});

/** Rejects a harness of the wrong shape, and deviations that name no check, naming each wrong member and the remedy. */
export function validateHarness(harness: unknown, checks: readonly Check[]): Harness {
  if (typeof harness !== 'object' || harness === null)
    throw suiteError('the harness is not an object', {
      field: 'harness',
      remedy: 'Export by default what defineHarness of @runvoy/conformance returns.',
    });
  const parsed = schema.safeParse(harness);
  const problems = parsed.success ? [] : parsed.error.issues.map(describeIssue);
  if (parsed.success) problems.push(...strayDeviations(harness as Harness, checks));
  if (problems.length === 0) return harness as Harness;
  throw suiteError(
    `the harness is wrong: ${problems.map(({ member, problem }) => `${member} ${problem}`).join('; ')}`,
    {
      field: problems.map(({ member }) => member).join(', '),
      remedy: 'Correct these members; the interface Harness of @runvoy/conformance describes each.',
    },
  );
}

interface Problem {
  member: string;
  problem: string;
}

function describeIssue(issue: z.core.$ZodIssue): Problem {
  if (issue.code !== 'unrecognized_keys') return { member: issue.path.join('.'), problem: issue.message };
  const known = issue.path[0] === 'errors' ? Object.keys(errorCodes) : Object.keys(schema.shape);
  const [key = ''] = issue.keys;
  const meant = closest(key, known);
  const problem = meant === undefined ? 'is unknown here' : `is unknown here; did you mean ${meant}?`;
  return { member: [...issue.path, key].join('.'), problem };
}

function strayDeviations({ deviations = {} }: Harness, checks: readonly Check[]): Problem[] {
  const ids = checks.map(({ id }) => id);
  return Object.keys(deviations)
    .filter((id) => !ids.includes(id))
    .map((id) => {
      const meant = closest(id, ids);
      const hint = meant === undefined ? 'remove it, or see --list for the ids' : `did you mean ${meant}?`;
      return { member: `deviations["${id}"]`, problem: `names no check of this suite; ${hint}` };
    });
}
