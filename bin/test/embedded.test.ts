import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli, temporaryFolder, watchCli } from './support/cli.ts';
import { until } from './support/until.ts';

const workspace = fileURLToPath(new URL('..', import.meta.url));

/** The program as it ships, bundled for this test, without a server: everything that a user's first minute meets. */
let folder: ReturnType<typeof temporaryFolder>;
let launcher: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = temporaryFolder();
  launcher = join(folder.path, 'runvoy.cjs');
  cpSync(join(workspace, 'runvoy.cjs'), launcher);
  const tsup = fileURLToPath(new URL('../../node_modules/tsup/dist/cli-default.js', import.meta.url));
  execFileSync(process.execPath, [tsup, '--silent', '--out-dir', join(folder.path, 'dist')], { cwd: workspace });
  env = {
    RUNVOY_HOME: join(folder.path, 'home'),
    RUNVOY_LOCAL_RUNTIME: 'process',
  };
}, 60_000);
afterAll(() => folder.remove());

const run = (args: string[], options: Parameters<typeof runCli>[1] = {}) => runCli(args, { launcher, env, ...options });

describe('on a bare machine', () => {
  it('prints output as it comes, and ends with the exit code of the command', async () => {
    const { code, stdout, stderr } = await run(['run', 'echo hello; echo oops >&2; exit 42']);
    expect({ code, stdout }).toEqual({ code: 42, stdout: 'hello\n' });
    expect(stderr).toMatch(/^→ No server configured: [^\n]+\n→ Execution ID: [0-9a-f]{32}\noops\n$/);
  });

  it('passes input, arguments and environment as they are', async () => {
    expect((await run(['run', 'cat'], { input: 'a\n\tb é\n' })).stdout).toBe('a\n\tb é\n');
    expect((await run(['run', '--', 'printf', '%s|', 'a  b', "c'd", '$X'])).stdout.trimEnd()).toBe("a  b|c'd|$X|");
    expect((await run(['run', '-e', 'X=1 2', 'echo "$X"'])).stdout).toBe('1 2\n');
  });

  it('ends a command after its timeout with 124', async () => {
    const { code, stderr } = await run(['run', '--timeout', '1s', 'sleep 30']);
    expect(code).toBe(124);
    expect(stderr).toContain('timed out');
  });

  it('says why a command did not start', async () => {
    const { code, stderr } = await run(['run', '--', '/nonexistent/program']);
    expect(code).toBe(1);
    expect(stderr).toContain('✗ The command never started: ');
  });

  it('lets a run go on that was left, and finds all of it again', async () => {
    const child = startCli(['run', 'for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.3; done; exit 5'], {
      launcher,
      env,
    });
    const watched = watchCli(child);
    await until(() => watched.stdout().includes('line 2'), 'output');
    child.kill('SIGTERM');
    const left = await watched.result;
    expect(left.code).toBe(254);
    const resume = /runvoy (attach \S+ --after \S+)/.exec(left.stderr)![1]!.split(' ');
    const attached = await run(resume);
    expect(left.stdout + attached.stdout).toBe('line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\n');
    expect(attached.code).toBe(5);
    expect((await run(['wait', resume[1]!])).code).toBe(5);
  });

  it('stops a run when Ctrl-C is pressed twice', async () => {
    const child = startCli(['run', 'echo started; sleep 60'], { launcher, env });
    const watched = watchCli(child);
    await until(() => watched.stdout().includes('started'), 'output');
    child.kill('SIGINT');
    await until(() => watched.stderr().includes('Detached'), 'the first message');
    child.kill('SIGINT');
    expect((await watched.result).code).toBe(130);
    const id = /Execution ID: (\S+)/.exec(watched.stderr())![1]!;
    expect(await run(['wait', id])).toMatchObject({ code: 130, stdout: `${id}  STOPPED  130\n` });
  });

  it('prints a million lines, every one', async () => {
    const { stdout } = await run(['run', 'seq 1 1000000']);
    expect(stdout.length).toBe(6_888_896);
    expect(stdout.endsWith('\n999999\n1000000\n')).toBe(true);
  });

  it('keeps secrets, and manages what a server would', async () => {
    expect((await run(['secrets', 'create', 'token', 'TOKEN'], { input: 'swordfish-and-more' })).code).toBe(0);
    expect(
      (await run(['run', '--secret', 'token', 'test "$TOKEN" = swordfish-and-more && echo "got $TOKEN"'])).stdout,
    ).not.toContain('swordfish');
    expect((await run(['secrets', 'create', 'token', 'TOKEN', 'x'])).code).toBe(252);
    expect((await run(['whoami', '--json'])).stdout).toContain('"role":"admin"');
    expect(JSON.parse((await run(['list', '--limit', '1', '--json'])).stdout).executions).toHaveLength(1);
  });
});

describe('serve', () => {
  it('prints its URL and, once, a key; serves; and ends gracefully', async () => {
    const home = join(folder.path, 'server');
    const start = async () => {
      const child = startCli(['serve', '--port', '0', '--json'], { launcher, env: { ...env, RUNVOY_HOME: home } });
      const watched = watchCli(child);
      await until(() => watched.stdout().includes('\n'), 'the URL');
      return { child, watched, ...(JSON.parse(watched.stdout()) as { url: string; admin?: { api_key: string } }) };
    };
    const first = await start();
    const client = {
      RUNVOY_HOME: join(folder.path, 'client'),
      RUNVOY_API_ENDPOINT: first.url,
      RUNVOY_API_KEY: first.admin!.api_key,
    };
    const { code, stdout } = await run(['run', 'echo over the wire; exit 3'], { env: client });
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'over the wire\n' });
    first.child.kill('SIGTERM');
    expect((await first.watched.result).code).toBe(0);
    const second = await start();
    expect(second.admin).toBeUndefined();
    second.child.kill('SIGINT');
    expect((await second.watched.result).code).toBe(0);
  });
});

describe('the launcher', () => {
  it('refuses a Node that is too old, saying which it needs', async () => {
    const old = join(folder.path, 'old.cjs');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      old,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } });\nrequire('./runvoy.cjs');\n`,
    );
    const { code, stderr } = await run(['--version'], { launcher: old });
    expect(code).toBe(252);
    expect(stderr).toContain('runvoy needs Node.js 22.22 or newer; this is 20.11.0');
  });

  it('ships everything inside', () => {
    for (const file of ['cli.cjs', 'server.cjs', 'supervisor.cjs'])
      expect(existsSync(join(folder.path, 'dist', file))).toBe(true);
  });
});
