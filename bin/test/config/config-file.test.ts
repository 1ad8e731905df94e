import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings, writeSettings } from '../../src/config/config-file.ts';
import { temporaryFolder } from '../support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  env = { RUNVOY_HOME: join(folder.path, 'home') };
  file = join(folder.path, 'home/config.yaml');
});
afterEach(() => folder.remove());

function write(text: string): void {
  mkdirSync(join(folder.path, 'home'), { recursive: true });
  writeFileSync(file, text);
}

it('has no settings without a file', async () => {
  expect(await readSettings(env)).toEqual({});
});

it.each([
  [
    'as upstream writes it',
    'api_endpoint: https://x.lambda-url.us-east-1.on.aws/\napi_key: abc_-123\nweb_url: https://web.runvoy.site/\n',
  ],
  [
    'with quotes',
    'api_endpoint: "https://x.lambda-url.us-east-1.on.aws/"\napi_key: \'abc_-123\'\nweb_url: "https://web.runvoy.site/"\n',
  ],
  [
    'with comments and Windows line ends',
    '# mine\r\napi_endpoint: https://x.lambda-url.us-east-1.on.aws/ # it\r\napi_key: abc_-123\r\nweb_url: https://web.runvoy.site/\r\n',
  ],
  [
    'with keys of others',
    'aws:\n  region: x\nlog_level: DEBUG\napi_endpoint: https://x.lambda-url.us-east-1.on.aws/\napi_key: abc_-123\nweb_url: https://web.runvoy.site/\n',
  ],
])('reads a file %s', async (_, text) => {
  write(text);
  expect(await readSettings(env)).toEqual({
    api_endpoint: 'https://x.lambda-url.us-east-1.on.aws/',
    api_key: 'abc_-123',
    web_url: 'https://web.runvoy.site/',
  });
});

it.each(['012', '1e5', 'true', '-abc', '~x', '1234567890123456789012345678901'])(
  'takes the key %s for a text',
  async (key) => {
    write(`api_key: ${key}\n`);
    expect(await readSettings(env)).toEqual({ api_key: key });
    await writeSettings(env, { web_url: 'https://web/' });
    expect(await readSettings(env)).toEqual({ api_key: key, web_url: 'https://web/' });
  },
);

it('takes an empty setting for none', async () => {
  write('api_key:\nweb_url: ""\n');
  expect(await readSettings(env)).toEqual({});
});

it('keeps other keys and comments when it writes', async () => {
  write('# mine\napi_endpoint: https://old/\nother:\n  nested: 1 # kept\nweb_url: https://web/\n');
  await writeSettings(env, { api_endpoint: 'https://new/', api_key: 'k' });
  expect(readFileSync(file, 'utf8')).toBe(
    '# mine\napi_endpoint: https://new/\nother:\n  nested: 1 # kept\nweb_url: https://web/\napi_key: k\n',
  );
});

it('lets nobody else read the file, also when it was open before', async () => {
  await writeSettings(env, { api_key: 'k' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder.path, 'home')).mode & 0o777).toBe(0o750);
  write('api_key: old\n');
  await writeSettings(env, { api_key: 'new' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('writes through a link', async () => {
  const real = join(folder.path, 'real.yaml');
  writeFileSync(real, 'api_key: old\n');
  mkdirSync(join(folder.path, 'home'));
  symlinkSync(real, file);
  await writeSettings(env, { api_key: 'new' });
  expect(readFileSync(real, 'utf8')).toBe('api_key: new\n');
});

it.each(['a: [', '- a\n- b\n', 'just text', 'api_key: {a: 1}\n'])(
  'names the file when it is broken: %j',
  async (text) => {
    write(text);
    await expect(readSettings(env)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(file),
      remedy: expect.any(String),
    });
  },
);
