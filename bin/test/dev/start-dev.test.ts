import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startDev } from '../../src/dev/start-dev.ts';
import { temporaryFolder } from '../support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
const options = { port: 0, folder: '/nowhere', log: () => {} };

function install(name: string, source: string): void {
  const target = join(folder.path, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  writeFileSync(
    join(target, 'package.json'),
    JSON.stringify({ name, type: 'module', exports: { './dev': './dev.js' } }),
  );
  writeFileSync(join(target, 'dev.js'), source);
}

beforeEach(() => {
  folder = temporaryFolder();
  vi.spyOn(process, 'cwd').mockReturnValue(folder.path);
});
afterEach(() => {
  vi.restoreAllMocks();
  folder.remove();
});

test('the package beside the user is started', async () => {
  install('@runvoy/nimbus', 'export const startDev = async ({ port }) => ({ url: "http://127.0.0.1:" + port });');
  expect(await startDev('nimbus', options)).toEqual({ url: 'http://127.0.0.1:0' });
});

test('a package that is not there is told from one that lacks something itself', async () => {
  await expect(startDev('azure', options)).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message: 'the package @runvoy/azure is not installed',
  });
  install('@runvoy/cirrus', 'import "an-emulator-that-is-not-there"; export const startDev = 1;');
  await expect(startDev('cirrus', options)).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message: expect.stringMatching(/@runvoy\/cirrus cannot be loaded: .*an-emulator-that-is-not-there/),
  });
});
