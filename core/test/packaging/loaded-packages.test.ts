import { expect, test } from 'vitest';
import { workspaces } from '../../../.ci/checks/workspaces.ts';
import { loadedPackages } from './loaded-packages.ts';

test('the recorder sees what is loaded', async () => {
  expect(await loadedPackages('hono')).toContain('hono');
});

test('the contract loads no package at all', async () => {
  expect(await loadedPackages('@runvoy/core/provider')).toEqual([]);
});

test('importing core loads no cloud SDK', async () => {
  expect((await loadedPackages('@runvoy/core')).filter((name) => /cloud|sdk|aws|google|azure/.test(name))).toEqual([]);
});

const providers = workspaces().filter(({ folder }) => folder.startsWith('providers/'));

test.each(providers.map(({ manifest }) => [manifest.name, manifest] as const))(
  'importing %s loads no SDK',
  async (name, manifest) => {
    const cheap = new Set(['@runvoy/core', 'zod']);
    const sdks = Object.keys(manifest.dependencies!).filter((dependency) => !cheap.has(dependency));
    const loaded = await loadedPackages(name);
    expect(loaded.filter((one) => sdks.includes(one))).toEqual([]);
    expect(loaded.filter((one) => !cheap.has(one))).toEqual([]);
  },
);
