import { inspect } from 'node:util';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';

const minute = 60_000;

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `secrets.${what}`,
  level: 'MUST',
  facet: 'secrets',
  sentence,
  why,
  run,
});

/** Everything that a failure says of itself, its causes included. */
function everythingSaid(error: unknown): string {
  const everything = Number.POSITIVE_INFINITY;
  return inspect(error, { depth: 8, showHidden: true, maxStringLength: everything, maxArrayLength: everything });
}

export const secretExpiryChecks: readonly Check[] = [
  check(
    'expiry.over',
    'After its time of expiry a value is as good as removed for reveal and list, from that moment on.',
    'Values that a run needed would stay in the cloud, and be found, after it.',
    async ({ provider: { secrets }, clock }) => {
      await secrets.put('dying', 'value', { expiresAt: clock.now() + minute });
      await secrets.put('staying', 'value', { expiresAt: clock.now() + 60 * minute });
      equal(await secrets.reveal('dying'), 'value', 'the value before its end');
      clock.advance(minute);
      equal(await secrets.reveal('dying'), undefined, 'the value after its end');
      deepEqual(await secrets.list(), ['staying'], 'the names');
    },
  ),
  check(
    'expiry.none',
    'A value put without a time of expiry never expires.',
    'All secrets would be gone one day.',
    async ({ provider: { secrets }, clock }) => {
      await secrets.put('lasting', 'value');
      clock.advance(50 * 365 * 24 * 60 * minute);
      equal(await secrets.reveal('lasting'), 'value', 'the value after 50 years');
    },
  ),
  check(
    'expiry.replaced',
    'A value that replaces another has the time of expiry that it was put with, or none.',
    'A new value would vanish when the old one would have.',
    async ({ provider: { secrets }, clock }) => {
      await secrets.put('prolonged', 'old', { expiresAt: clock.now() + minute });
      await secrets.put('prolonged', 'new');
      await secrets.put('shortened', 'old');
      await secrets.put('shortened', 'new', { expiresAt: clock.now() + minute });
      clock.advance(2 * minute);
      equal(await secrets.reveal('prolonged'), 'new', 'the value put without an end over one with an end');
      equal(await secrets.reveal('shortened'), undefined, 'the value put with an end over one without');
    },
  ),
  check(
    'expiry.put-again',
    'A name whose value has expired can be put again, and removed.',
    'A name would be lost for good once its value had run out.',
    async ({ provider: { secrets }, clock }) => {
      for (const name of ['a', 'b']) await secrets.put(name, 'old', { expiresAt: clock.now() + minute });
      clock.advance(minute);
      await secrets.remove('b');
      await secrets.put('a', 'new', { expiresAt: clock.now() + minute });
      equal(await secrets.reveal('a'), 'new', 'the value put under the name of an expired one');
    },
  ),
  check(
    'errors.silent',
    'A value is in no error: neither in its message nor in anything that it carries.',
    'Secrets would be found in logs and in the answers to other people.',
    async ({ provider: { secrets } }) => {
      const value = `s3cr3t-${'x'.repeat(40)}`;
      const failing = [
        secrets.put('', value),
        secrets.put('n'.repeat(256), value),
        secrets.put('no spaces', value),
        secrets.put('\u0000', value),
        secrets.put('large', value.repeat(5000)),
        secrets.put('aborted', value, {}, { signal: AbortSignal.abort() }),
        secrets.put('expired', value, { expiresAt: Number.NaN }),
      ];
      for (const outcome of await Promise.allSettled(failing)) {
        if (outcome.status === 'fulfilled') continue;
        const said = everythingSaid(outcome.reason);
        ok(!said.includes(value.slice(0, 20)), `an error without the value: ${said.slice(0, 80)}…`);
      }
    },
  ),
];
