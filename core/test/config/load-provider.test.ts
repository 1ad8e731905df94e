import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Builtins, loadProvider } from '../../src/config/load-provider.ts';
import { failureOf } from '../support/failure-of.ts';

const source = (name: string, contract = '1.0') => `
export default {
  name: '${name}',
  contract: '${contract}',
  config: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  open: async () => ({}),
};`;

const builtin = async () => ({
  default: {
    name: 'local',
    contract: '1.7',
    config: {
      '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value: value as never }) },
    },
    open: () => Promise.reject(new Error('not in this test')),
  },
});
const builtins: Builtins = { local: builtin };

/** Real packages and files, as an operator would have them beside his own. */
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runvoy-providers-'));
  const add = async (specifier: string, text: string, extra: object = {}) => {
    const folder = join(directory, 'node_modules', specifier);
    await mkdir(folder, { recursive: true });
    const manifest = { name: specifier, version: '1.0.0', type: 'module', exports: './index.js', ...extra };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'index.js'), text);
  };
  await add('@runvoy/nimbus', source('nimbus'));
  await add('runvoy-provider-cirrus', source('cirrus'));
  await add('stratus', source('stratus'));
  await add('@acme/cumulus', source('cumulus'));
  await add(
    'commonjs-cloud',
    `module.exports = ${source('commonjs').replace('export default', '').replace(/;\s*$/, '')};`,
    {
      type: 'commonjs',
    },
  );
  await add('transpiled-cloud', `exports.default = ${source('transpiled').replace('export default', '')}`, {
    type: 'commonjs',
  });
  await add('future', source('future', '2.0'));
  await add('past', source('past', '0.9'));
  await add('hollow', 'export default { name: "hollow", contract: "1.0" };');
  await add('nothing', 'export const name = "nothing";');
  await add('runvoy-provider-broken', 'import "a-package-that-is-not-there";');
  await add('broken', source('unrelated'));
  await writeFile(join(directory, 'own.mjs'), source('own'));
});

afterAll(() => rm(directory, { recursive: true }));

const load = (name: string) => loadProvider(name, { builtins, directory });

describe('a provider is found', () => {
  it.each(['local', 'LOCAL'])('among those that come with runvoy, as %s', async (name) => {
    expect((await load(name)).name).toBe('local');
  });

  it.each([
    ['nimbus', '@runvoy/nimbus'],
    ['Cirrus', 'runvoy-provider-cirrus'],
    ['stratus', 'a package of that name'],
    ['@acme/cumulus', 'a package of that name'],
  ])('as a package, %s as %s', async (name) => {
    expect((await load(name)).name).toBe(name.toLowerCase().replace('@acme/', ''));
  });

  it('as CommonJS too', async () => {
    expect((await load('commonjs-cloud')).name).toBe('commonjs');
    expect((await load('transpiled-cloud')).name).toBe('transpiled');
  });

  it('as a file, by path or URL', async () => {
    for (const name of [
      './own.mjs',
      'own.mjs',
      join(directory, 'own.mjs'),
      pathToFileURL(join(directory, 'own.mjs')).href,
    ])
      expect((await load(name)).name).toBe('own');
  });
});

describe('a provider is refused', () => {
  it('when there is none, with all that was tried', async () => {
    const failure = await failureOf(load('azure'));
    expect(failure).toMatchObject({ code: 'CONFIGURATION_INVALID', field: 'RUNVOY_BACKEND_PROVIDER' });
    expect(failure.message).toContain('no provider "azure"');
    for (const tried of ['local', '@runvoy/azure', 'runvoy-provider-azure', 'package azure', join(directory, 'azure')])
      expect(failure.message).toContain(tried);
    expect(failure.remedy).toContain('local');
    for (const path of ['./nowhere.ts', 'providers/nowhere.ts', 'file:///nowhere.ts']) {
      const { message } = await failureOf(load(path));
      expect(message).toContain('nowhere.ts: no such file');
      expect(message).not.toContain('package');
    }
    expect((await failureOf(load('file://elsewhere/x.ts'))).message).toContain(
      'file://elsewhere/x.ts cannot be loaded',
    );
  });

  it('when it was made for another major version of the contract, saying which side to update', async () => {
    const future = await failureOf(load('future'));
    expect(future.message).toContain('version 2.0 of the provider contract');
    expect(future.remedy).toContain('Update runvoy');
    expect((await failureOf(load('past'))).remedy).toContain('Update past');
  });

  it('when something is missing, by name', async () => {
    const hollow = await failureOf(load('hollow'));
    expect(hollow).toMatchObject({ code: 'CONFIGURATION_INVALID' });
    expect(hollow.message).toContain('lacks config, open');
    expect((await failureOf(load('nothing'))).message).toContain('lacks name, contract, config, open');
  });

  it('when it is there but cannot be loaded, instead of taking another package for it', async () => {
    const failure = await failureOf(load('broken'));
    expect(failure.message).toContain('runvoy-provider-broken cannot be loaded');
    expect(failure.message).toContain('a-package-that-is-not-there');
  });
});
