import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { equal, ok } from '../../expect.ts';

const check = (what: string, needs: Check['needs'], sentence: string, why: string, run: Check['run']): Check => ({
  id: `identities.${what}`,
  level: 'MUST',
  facet: 'identities',
  ...(needs && { needs }),
  sentence,
  why,
  run,
});

export const identityChecks: readonly Check[] = [
  check(
    'known',
    ['identities', 'harness.identities'],
    'exists says true of a role or service account that exists.',
    'Images with a role could not be registered.',
    async ({ provider: { identities }, harness }) => {
      equal(await identities.exists(harness.identities!.known), true, `whether ${harness.identities!.known} exists`);
    },
  ),
  check(
    'unknown',
    undefined,
    'exists says false of a role or service account that does not exist, and of every one where there are none.',
    'Images with a mistyped role would be accepted, and their runs fail.',
    async ({ provider: { identities }, harness }) => {
      const name = harness.identities?.unknown ?? 'no-such-role';
      equal(await identities.exists(name), false, `whether ${name} exists`);
    },
  ),
  check(
    'odd',
    undefined,
    'exists says false of what cannot be the name of a role, or rejects with INVALID_REQUEST.',
    'A typing error would look like a failure of the cloud.',
    async ({ provider: { identities } }) => {
      for (const name of ['', ' ', '../admin', 'a/b/c', "x'; drop", 'é'.repeat(300), '*', '__proto__']) {
        const outcome = await identities.exists(name).catch((error: unknown) => error);
        const fine = outcome === false || isRunvoyError(outcome, 'INVALID_REQUEST');
        ok(fine, `false, or INVALID_REQUEST, for ${JSON.stringify(name.slice(0, 20))}: ${outcome}`);
      }
    },
  ),
];
