import { type ErrorCode, errorCodes, isRunvoyError } from '@runvoy/core/provider';
import { guardProvider } from '@runvoy/core/testing';
import type { Check } from '../../check.ts';
import { equal, ok } from '../../expect.ts';
import { secret } from '../support/documents.ts';

const check = (what: string, needs: Check['needs'], sentence: string, why: string, run: Check['run']): Check => ({
  id: `classify.${what}`,
  level: 'MUST',
  facet: 'classify',
  ...(needs && { needs }),
  sentence,
  why,
  run,
});

const wrongAdvice =
  'Users would be told that the server has a fault when the cloud is busy, and nothing would be tried again.';

const classifies = (code: ErrorCode): Check =>
  check(
    `code.${code}`,
    ['harness.errors', `harness.errors.${code}`],
    `A raw error that means ${code} is classified as such.`,
    wrongAdvice,
    async ({ provider, harness }) => {
      equal(provider.classify(harness.errors![code]!()), code, 'the code of the raw error');
    },
  );

/** The codes that a cloud's own errors can mean. */
const clouds: readonly ErrorCode[] = [
  ...(['NOT_FOUND', 'CONFLICT', 'PERMISSION_DENIED', 'THROTTLED', 'CAPACITY_EXCEEDED', 'SERVICE_UNAVAILABLE'] as const),
  ...([
    'DATABASE_ERROR',
    'STORAGE_FULL',
    'CANCELLED',
    'INVALID_REQUEST',
    'PAYLOAD_TOO_LARGE',
    'CONFIGURATION_INVALID',
  ] as const),
];

export const classifyChecks: readonly Check[] = [
  ...clouds.map(classifies),
  check(
    'unknown',
    undefined,
    'classify answers undefined for what it does not know, and never throws.',
    'The failure behind a failure would be hidden by another one.',
    async ({ provider }) => {
      const hostile = new Proxy({}, { get: () => undefined });
      const unknown = [
        undefined,
        null,
        0,
        '',
        'text',
        {},
        [],
        new Error('x'),
        new TypeError('x'),
        () => {},
        Symbol('x'),
        hostile,
      ];
      for (const error of [
        ...unknown,
        Object.create(null),
        { code: {} },
        { name: 7 },
        { code: '__proto__' },
        { code: 'toString' },
      ])
        equal(provider.classify(error), undefined, `the code of ${typeof error} that no SDK throws`);
    },
  ),
  check(
    'known-codes',
    ['harness.errors'],
    'classify answers with codes of the contract only.',
    wrongAdvice,
    async ({ provider, harness }) => {
      for (const [code, make] of Object.entries(harness.errors!)) {
        const seen = provider.classify(make!());
        ok(
          seen !== undefined && Object.hasOwn(errorCodes, seen),
          `a code of the contract for the error given for ${code}: ${seen}`,
        );
      }
    },
  ),
  check(
    'no-leak',
    ['harness.errors'],
    'A raw error that a facet throws reaches users as its code and a sentence of core: nothing of its text, and the raw error as the cause.',
    'Users would see names of tables, accounts and addresses of the cloud, and advice that is not for them.',
    async ({ provider, harness }) => {
      for (const [code, make] of Object.entries(harness.errors!)) {
        const raw = make!();
        const failing = guardProvider({
          ...provider,
          store: { ...provider.store, insert: () => Promise.reject(raw) },
        });
        const error = await failing.store.insert('secrets', secret('a')).catch((seen: unknown) => seen);
        ok(isRunvoyError(error), `an error of runvoy for the error given for ${code}: ${error}`);
        equal(error.cause, raw, 'the cause');
        const text = raw instanceof Error ? raw.message : String(raw);
        ok(
          text === '' || !error.message.includes(text),
          `a message without the text of the raw error: ${error.message}`,
        );
      }
    },
  ),
];
