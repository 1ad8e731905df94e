import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, temporaryFolder } from '../support/cli.ts';
import { type FakeServer, startFakeServer } from '../support/fake-server.ts';

let folder: ReturnType<typeof temporaryFolder>;
let server: FakeServer;
let env: Record<string, string>;
let file: string;
const user = { email: 'ana@example.com', role: 'developer' };

beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder.path, 'config.yaml');
  env = { RUNVOY_HOME: folder.path };
  server = await startFakeServer({
    'GET /api/v1/health': { body: { status: 'ok', version: '9.9.9', provider: 'AWS' } },
    'GET /api/v1/claim/token-1': {
      body: { api_key: 'new-key', user_email: user.email, message: 'API key claimed successfully' },
    },
    'POST /api/v1/whoami/rotate': { body: { user, claim_token: 'token-1' } },
    'GET /api/v1/whoami': ({ headers }) => ({
      body: { ...user, provider: 'AWS', version: String(headers['x-api-key']) },
    }),
  });
});
afterEach(async () => {
  await server.close();
  folder.remove();
});
const config = () => readFileSync(file, 'utf8');

describe('configure', () => {
  it('writes what it is given, asks the server whether it is there, and keeps the rest', async () => {
    writeFileSync(file, 'web_url: https://web/\nother: 1\n');
    const { code, stderr } = await runCli(['configure', '--endpoint', server.url, '--api-key', 'k1'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(config()).toBe(`web_url: https://web/\nother: 1\napi_endpoint: ${server.url}\napi_key: k1\n`);
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/health']);
    expect((await runCli(['whoami', '--json'], { env })).stdout).toContain('"version":"k1"');
  });

  it('saves, and warns, when the server does not answer', async () => {
    const { code, stderr } = await runCli(['configure', '--endpoint', 'http://127.0.0.1:1'], { env });
    expect(code).toBe(0);
    expect(stderr).toContain('⚠ Saved, but the server does not answer');
    expect(config()).toBe('api_endpoint: http://127.0.0.1:1\n');
  });

  it.each([[[]], [['--endpoint', 'nonsense']]])('writes nothing for %j', async (flags) => {
    expect((await runCli(['configure', ...flags], { env })).code).toBe(252);
    expect(() => config()).toThrowError('ENOENT');
  });
});

describe('claim', () => {
  it('works with an endpoint alone, and saves both', async () => {
    const result = await runCli(['claim', 'token-1', '--endpoint', server.url], { env });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).not.toContain('new-key');
    expect(config()).toBe(`api_endpoint: ${server.url}\napi_key: new-key\n`);
  });

  it('prints the key when it cannot be saved: there is no second chance', async () => {
    const { code, stdout, stderr } = await runCli(['claim', 'token-1', '--endpoint', server.url], {
      env: { RUNVOY_HOME: '/dev/null/home' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('new-key');
    expect(stderr).toContain('/dev/null/home/config.yaml cannot be written');
  });

  it('needs a server', async () => {
    const { code, stderr } = await runCli(['claim', 'token-1'], { env });
    expect(code).toBe(252);
    expect(stderr).toContain('no server is configured');
  });
});

describe('rotate-key', () => {
  it('claims the new key and saves it', async () => {
    writeFileSync(file, `api_endpoint: ${server.url}\napi_key: old\nweb_url: https://web/\n`);
    expect(await runCli(['rotate-key'], { env })).toMatchObject({ code: 0 });
    expect(config()).toBe(`api_endpoint: ${server.url}\napi_key: new-key\nweb_url: https://web/\n`);
  });

  it('prints it when the old one comes from the environment, which would hide the file', async () => {
    const { stdout, stderr } = await runCli(['rotate-key'], {
      env: { ...env, RUNVOY_API_ENDPOINT: server.url, RUNVOY_API_KEY: 'old' },
    });
    expect(stdout).toContain('new-key');
    expect(stderr).toContain('RUNVOY_API_KEY still holds the old key');
    expect(() => config()).toThrowError('ENOENT');
  });
});

describe('a configuration with a bad URL', () => {
  beforeEach(() => writeFileSync(file, 'api_endpoint: nonsense\napi_key: k\n'));

  it('stops what needs it, naming file, key, problem and remedy', async () => {
    const { code, stderr } = await runCli(['run', 'true'], { env });
    expect(code).toBe(252);
    expect(stderr).toContain(`✗ api_endpoint in ${file} is not a URL: "nonsense"\n  → `);
  });

  it.each([
    ['--help'],
    ['--version'],
    ['run', '--help'],
    ['help', 'exit-codes'],
    ['completion', 'bash'],
    ['playbook', 'list'],
  ])('leaves %s %s %s alone', async (...args) => {
    expect(await runCli(args.filter(Boolean), { env })).toMatchObject({ code: 0, stderr: '' });
  });

  it('can be corrected with configure', async () => {
    expect((await runCli(['configure', '--endpoint', server.url], { env })).code).toBe(0);
    expect((await runCli(['whoami'], { env })).code).toBe(0);
  });
});
