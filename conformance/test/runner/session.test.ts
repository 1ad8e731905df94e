import { type ProviderPlugin, RunvoyError } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { reference } from '../../selftest/reference/plugin.ts';
import type { Check } from '../../src/check.ts';
import { equal } from '../../src/expect.ts';
import type { Deployment, Harness } from '../../src/harness.ts';
import type { Result } from '../../src/result.ts';
import { openSession, type SessionOptions } from '../../src/runner/open-session.ts';
import { check, harness } from '../support/fake.ts';

async function run(
  checks: readonly Check[],
  more: Partial<Harness> = {},
  options: SessionOptions = {},
): Promise<Result[]> {
  const session = openSession(harness(more), { checks, ...options });
  try {
    return await Promise.all(session.checks.map((one) => session.run(one)));
  } finally {
    await session.close();
  }
}

/** Worlds that are up. */
function counted() {
  const up = new Set<string>();
  const original = harness().world;
  const world = async (id: string): Promise<Deployment> => {
    const made = await original(id);
    up.add(id);
    return {
      ...made,
      async teardown() {
        await made.teardown?.();
        up.delete(id);
      },
    };
  };
  return { up, world };
}

const never = () => new Promise<never>(() => undefined);

describe('results', () => {
  it('tells what was expected and seen, and what was behind it', async () => {
    const [passed, failed, raw] = await run([
      check('a.holds', async ({ provider }) => equal(await provider.store.get('users', 'k'), undefined, 'the user')),
      check('a.differs', async () => equal(1 + 1, 3, 'the sum')),
      check('a.rejects', async () => {
        throw new RunvoyError('CONFLICT', 'the key is taken');
      }),
    ]);
    expect(passed).toMatchObject({ outcome: 'pass' });
    expect(failed).toMatchObject({ outcome: 'fail', failure: { message: 'the sum', expected: '3', seen: '2' } });
    expect(raw).toMatchObject({
      outcome: 'fail',
      failure: { code: 'CONFLICT', message: expect.stringContaining('taken') },
    });
  });

  it('skips with the reason of the provider, or the member that the harness lacks', async () => {
    const plugin: ProviderPlugin = {
      ...(reference as ProviderPlugin),
      async open(config, context) {
        const provider = await (reference as ProviderPlugin).open(config, context);
        return {
          ...provider,
          capabilities: { ...provider.capabilities, images: { no: 'there are no containers here' } },
        };
      },
    };
    const results = await run(
      [check('a.images', never, { needs: ['images'] }), check('a.roles', never, { needs: ['harness.identities'] })],
      { plugin, identities: undefined },
    );
    expect(results).toMatchObject([
      { outcome: 'skip', reason: 'there are no containers here' },
      { outcome: 'skip', reason: expect.stringContaining('identities') },
    ]);
  });

  it('keeps a deviation apart, and fails one that has started to hold', async () => {
    const deviations = { 'a.known': 'the cloud cannot', 'a.stale': 'it could not once' };
    const results = await run([check('a.known', async () => equal(1, 2, 'one')), check('a.stale', async () => {})], {
      deviations,
    });
    expect(results).toMatchObject([
      { outcome: 'deviation', reason: 'the cloud cannot', failure: { message: 'one' } },
      { outcome: 'fail', staleDeviation: true, failure: { message: expect.stringContaining('but holds') } },
    ]);
  });
});

describe('time limits', () => {
  const limited = { limitSeconds: 0.2 };

  it('names what was waited for: a condition and its last try, a call, a method of the provider', async () => {
    const plugin: ProviderPlugin = {
      ...(reference as ProviderPlugin),
      async open(config, context) {
        const provider = await (reference as ProviderPlugin).open(config, context);
        return { ...provider, store: { ...provider.store, get: never } };
      },
    };
    const results = await run(
      [
        check('a.until', async ({ until }) => void (await until('the moon', async () => false)), limited),
        check('a.during', async ({ during }) => during('a long call', never()), limited),
        check('a.method', async ({ provider }) => void (await provider.store.get('users', 'k')), limited),
        check('a.itself', never, limited),
      ],
      { plugin },
    );
    expect(results.map(({ failure }) => failure?.waitingFor)).toEqual([
      expect.stringMatching(/^the moon \(\d+ tries, the last gave false\)$/),
      'a long call',
      'store.get',
      'the check itself',
    ]);
    expect(results[0]?.failure?.message).toBe('not done within 0.2 s');
  });

  it('ends a check that would go on for ever', async () => {
    let calls = 0;
    const endless = check(
      'a.endless',
      async ({ provider }) => {
        for (;;) {
          await provider.store.get('users', 'k');
          calls++;
        }
      },
      limited,
    );
    await run([endless]);
    const seen = calls;
    await new Promise((resolve) => setTimeout(resolve, 20));
    // The call that was under way when its time was up.
    expect(calls - seen).toBeLessThanOrEqual(1);
  });
});

describe('worlds', () => {
  it('are taken down after success, failure, time-out and the end of the run, with every connection', async () => {
    const { up, world } = counted();
    let isClosed = false;
    const leaks = check('a.leaks', async ({ open }) => {
      const other = await open();
      setTimeout(async () => {
        isClosed = await (async () => other.store.get('users', 'k'))().then(
          () => false,
          () => true,
        );
      }, 10);
    });
    await run(
      [leaks, check('a.fails', async () => equal(1, 2, 'one')), check('a.hangs', never, { limitSeconds: 0.1 })],
      { world },
    );
    expect(up.size).toBe(0);
    await expect.poll(() => isClosed).toBe(true);

    const session = openSession(harness({ world }), { checks: [check('a.hangs', never)] });
    const running = session.run(session.checks[0]!).catch((error: Error) => error.message);
    await expect.poll(() => up.size).toBeGreaterThan(0);
    await session.close();
    expect(await running).toBe('the run was ended');
    expect(up.size).toBe(0);
  });

  it('are no more at once than the harness says', async () => {
    const { up, world } = counted();
    let most = 0;
    const many = Array.from({ length: 12 }, (_, n) =>
      check(`a.n${n}`, async () => {
        most = Math.max(most, up.size);
      }),
    );
    await run(many, { world, parallel: 3 });
    expect(most).toBeLessThanOrEqual(3);
  });

  it('repeat the random choices of a seed, check by check', async () => {
    const numbers: number[] = [];
    const draws = [check('a.draws', async ({ random }) => void numbers.push(random(), random()))];
    for (const seed of ['one', 'one', 'two']) await run(draws, {}, { seed });
    expect(numbers.slice(0, 2)).toEqual(numbers.slice(2, 4));
    expect(numbers.slice(0, 2)).not.toEqual(numbers.slice(4));
  });

  it('share a clock that a check can put forward', async () => {
    const [result] = await run([
      check('a.clock', async ({ clock, provider }) => {
        await provider.secrets.put('a', 'value', { expiresAt: clock.now() + 60_000 });
        clock.advance(61_000);
        equal(await provider.secrets.reveal('a'), undefined, 'the value');
      }),
    ]);
    expect(result?.outcome).toBe('pass');
  });

  it('say what could not be taken down', async () => {
    const world = (id: string) => ({
      ...(harness().world(id) as Deployment),
      teardown: () => Promise.reject(new Error('the bucket is not empty')),
    });
    const session = openSession(harness({ world }), { checks: [check('a.holds', async () => {})] });
    await session.run(session.checks[0]!);
    await session.close();
    expect(session.problems.join()).toContain('the bucket is not empty');
  });
});

describe('what cannot be run', () => {
  const failureOf = (more: Partial<Harness>) =>
    run([check('a.holds', async () => {})], more).then(
      () => undefined,
      (error: RunvoyError) => ({ code: error.code, field: error.field, message: error.message }),
    );

  it('a plugin that is none, or that throws in open', async () => {
    expect(await failureOf({ plugin: async () => ({}) as ProviderPlugin })).toMatchObject({
      field: 'harness.plugin',
      message: expect.stringContaining('lacks name, contract, config, open'),
    });
    const throwing = { ...(reference as ProviderPlugin), open: () => Promise.reject(new Error('no route to host')) };
    expect(await failureOf({ plugin: throwing })).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('no route to host'),
    });
  });

  it('a world that fails, never comes up, or has settings that the plugin refuses', async () => {
    const failing = () => Promise.reject(new Error('the emulator is not there'));
    expect(await failureOf({ world: failing })).toMatchObject({
      field: 'harness.world',
      message: expect.stringContaining('the emulator is not there'),
    });
    expect(await failureOf({ world: never, worldSeconds: 0.2 })).toMatchObject({
      field: 'harness.world',
      message: expect.stringContaining('takes longer than 0.2 s'),
    });
    expect(await failureOf({ world: () => ({ env: {} }) })).toMatchObject({
      message: expect.stringContaining('MEMORY_DEPLOYMENT'),
    });
  });

  it('a deployment that stops coming up leaves the run incomplete', async () => {
    let worlds = 0;
    const original = harness().world;
    const world = (id: string) => {
      if (worlds++ > 0) throw new Error('out of addresses');
      return original(id);
    };
    const session = openSession(harness({ world }), { checks: [check('a.holds', async () => {})] });
    const result = await session.run(session.checks[0]!);
    await session.close();
    expect(result).toMatchObject({
      outcome: 'fail',
      failure: { message: expect.stringContaining('out of addresses') },
    });
    expect(session.incomplete).toBe(true);
  });
});
