import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveServer } from '../../src/config/server-settings.ts';
import { temporaryFolder } from '../support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const write = (text: string) => writeFileSync(join(folder.path, 'config.yaml'), text);
const resolve = (env: Record<string, string> = {}, flags: { endpoint?: string } = {}) =>
  resolveServer({ RUNVOY_HOME: folder.path, ...env }, flags);

it('uses no server when nothing says which', async () => {
  expect(await resolve()).toEqual({});
  expect(await resolve({ RUNVOY_API_ENDPOINT: '' })).toEqual({});
});

it('takes flag over environment over file, setting by setting', async () => {
  write('api_endpoint: https://file/\napi_key: file-key\nweb_url: https://file-web/\n');
  expect(await resolve()).toEqual({
    endpoint: 'https://file/',
    apiKey: 'file-key',
    apiKeySource: 'file',
    webUrl: 'https://file-web/',
  });
  const env = { RUNVOY_API_ENDPOINT: 'https://env/', RUNVOY_API_KEY: 'env-key', RUNVOY_WEB_URL: 'https://env-web/' };
  expect(await resolve(env)).toEqual({
    endpoint: 'https://env/',
    apiKey: 'env-key',
    apiKeySource: 'environment',
    webUrl: 'https://env-web/',
  });
  expect(await resolve(env, { endpoint: 'https://flag/' })).toMatchObject({
    endpoint: 'https://flag/',
    apiKey: 'env-key',
  });
  expect(await resolve({ RUNVOY_API_KEY: 'env-key' })).toMatchObject({ endpoint: 'https://file/', apiKey: 'env-key' });
});

it.each([
  ['nonsense', 'is not a URL'],
  ['ftp://x/', 'must start with https:// or http://'],
  ['localhost:8080', 'must start with https:// or http://'],
  ['https://me:secret@x/', 'must not hold a user name or password'],
])('refuses %s wherever it comes from', async (value, problem) => {
  write(`api_endpoint: ${value}\n`);
  await expect(resolve()).rejects.toMatchObject({
    field: 'api_endpoint',
    message: expect.stringMatching(new RegExp(`api_endpoint in .*config\\.yaml ${problem}`)),
  });
  await expect(resolve({ RUNVOY_API_ENDPOINT: value })).rejects.toMatchObject({ field: 'RUNVOY_API_ENDPOINT' });
  await expect(resolve({}, { endpoint: value })).rejects.toMatchObject({ field: '--endpoint' });
});
