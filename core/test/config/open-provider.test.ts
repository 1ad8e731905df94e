import { expect, it } from 'vitest';
import { z } from 'zod';
import { openProvider } from '../../src/config/open-provider.ts';
import { defineProvider, type Provider, type ProviderPlugin, RunvoyError } from '../../src/provider.ts';
import { failureOf } from '../support/failure-of.ts';
import { createMemoryProvider } from '../support/memory-provider.ts';
import { createQuietLog } from '../support/quiet-log.ts';

const config = z.object({
  CLOUD_PROJECT: z.string('is required: the id of your project'),
  CLOUD_REGION: z.string('is required: such as eu-north-1'),
});
const env = { CLOUD_PROJECT: 'p', CLOUD_REGION: 'r' };
const context = { now: Date.now, log: createQuietLog(), role: 'all' as const };

function pluginThat(open: (config: { CLOUD_PROJECT: string }) => Promise<Provider>): ProviderPlugin {
  return defineProvider({ name: 'cloud', contract: '1.0', config, open }) as ProviderPlugin;
}

it('gives the provider its own settings', async () => {
  const given: unknown[] = [];
  const provider = createMemoryProvider();
  const plugin = pluginThat(async (settings) => {
    given.push(settings);
    return provider;
  });
  expect(await openProvider(plugin, { ...env, OTHER: 'x' }, context, 1)).toBe(provider);
  expect(given).toEqual([env]);
});

it('names every setting that is wrong', async () => {
  const plugin = pluginThat(() => Promise.reject(new Error('must not be opened')));
  expect(await failureOf(openProvider(plugin, {}, context, 1))).toMatchObject({
    code: 'CONFIGURATION_INVALID',
    field: 'CLOUD_PROJECT, CLOUD_REGION',
    message: expect.stringMatching(/CLOUD_PROJECT is required: the id.*CLOUD_REGION is required: such as/),
  });
});

it('waits as long as it may, and closes what comes late', async () => {
  const late = Promise.withResolvers<Provider>();
  const provider = createMemoryProvider();
  const failure = await failureOf(
    openProvider(
      pluginThat(() => late.promise),
      env,
      context,
      0.02,
    ),
  );
  expect(failure).toMatchObject({ code: 'SERVICE_UNAVAILABLE', field: 'RUNVOY_INIT_TIMEOUT' });
  late.resolve(provider);
  await expect.poll(() => provider.tasks.list().catch((error: RunvoyError) => error.code)).toBe('SERVICE_UNAVAILABLE');
});

it('passes on what the provider says, and explains what it throws', async () => {
  const refusal = new RunvoyError('CONFLICT', 'the folder is in use');
  expect(
    await failureOf(
      openProvider(
        pluginThat(() => Promise.reject(refusal)),
        env,
        context,
        1,
      ),
    ),
  ).toBe(refusal);
  const raw = pluginThat(() => {
    throw new TypeError('fetch failed');
  });
  expect(await failureOf(openProvider(raw, env, context, 1))).toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: 'provider cloud could not be opened: TypeError: fetch failed',
  });
});

it('refuses a provider that lacks a part', async () => {
  const incomplete = { ...createMemoryProvider(), store: undefined, decode: undefined };
  const failure = await failureOf(
    openProvider(
      pluginThat(async () => incomplete as unknown as Provider),
      env,
      context,
      1,
    ),
  );
  expect(failure).toMatchObject({ code: 'CONFIGURATION_INVALID', message: 'provider cloud lacks store, decode' });
});
