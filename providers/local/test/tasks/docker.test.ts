import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskSpec } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { hostTemplate, openLocal, run, spec, supervisorPid, temporaryHome, until, untilEnded } from '../harness.ts';

/** An image with a shell and the usual small tools. */
const image = process.env.RUNVOY_TEST_IMAGE ?? 'docker.io/library/alpine:latest';
const template = {
  ...hostTemplate,
  image,
  memory: 64,
  platform: process.arch === 'arm64' ? 'Linux/ARM64' : 'Linux/X86_64',
};
const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5000 }).status === 0;
if (!engine) console.warn('NOT CHECKED: containers of the local provider, 10 tests (no Docker engine answers here)');

const containers = () =>
  execFileSync('docker', ['ps', '--all', '--quiet', '--filter', 'label=runvoy.execution']).toString();

async function inContainer(command: string | readonly string[], more: Partial<TaskSpec> = {}) {
  const provider = await openLocal(temporaryHome());
  return run(provider, command, { template, ...more });
}

describe.skipIf(!engine)('in a container', () => {
  it('a command prints, and ends with its own exit code; nothing is left', async () => {
    const { state, text } = await inContainer('echo out; echo err >&2; exit 42');
    expect(state).toMatchObject({ reason: 'exited', exitCode: 42 });
    expect(text('stdout')).toBe('out\n');
    expect(text('stderr')).toBe('err\n');
    await until(() => containers() === '');
  });

  it('gets exact arguments, its variables and nothing of this machine', async () => {
    const { text } = await inContainer(['/bin/sh', '-c', 'printf "%s|" "$@"; env', 'sh', 'a b', '$HOME', ''], {
      env: { COLOUR: 'blue\ngreen', PATH: '/bin:/usr/bin' },
      secretEnv: { PASSWORD: 'hunter2!' },
    });
    expect(text()).toContain('a b|$HOME||');
    expect(text()).toContain('COLOUR=blue\ngreen\n');
    expect(text()).toContain('PASSWORD=hunter2!\n');
    expect(text()).toContain('PATH=/bin:/usr/bin\n');
    expect(text()).not.toMatch(/DOCKER_HOST|LOGNAME/);
  });

  it('takes standard input', async () => {
    expect((await inContainer('cat', { stdin: Buffer.from('one\ntwo\n') })).text()).toBe('one\ntwo\n');
  });

  it('is stopped, and runs out of time', async () => {
    const provider = await openLocal(temporaryHome());
    const task = spec('trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.1; done', { template });
    await provider.tasks.start(task);
    for await (const page of provider.logs.watch(task.executionId)) if (page.chunks.length > 0) break;
    await provider.tasks.stop(task);
    expect(await untilEnded(provider, task.executionId)).toMatchObject({ reason: 'stopped' });
    const { state } = await run(provider, 'exec sleep 600', { template, timeoutSeconds: 1 });
    expect(state).toMatchObject({ reason: 'timed-out' });
  });

  it('that uses too much memory ends for that reason', async () => {
    const { state } = await inContainer('x=$(dd if=/dev/zero bs=1M count=200 | tr "\\0" x); echo "$x" | wc -c', {
      template: { ...template, memory: 16 },
    });
    expect(state).toMatchObject({ reason: 'out-of-memory' });
  });

  it('never starts when the image does not exist', async () => {
    const { state } = await inContainer('true', { template: { ...template, image: 'localhost:1/no/such/image:1' } });
    expect(state).toMatchObject({ reason: 'start-failed', detail: expect.any(String) });
  });

  it('that its image does not have ends with 127', async () => {
    const { state, text } = await inContainer(['/no/such/program']);
    expect(state).toMatchObject({ reason: 'exited', exitCode: 127 });
    expect(text('stderr')).toContain('/no/such/program');
  });

  it('runs in a git checkout', async () => {
    const home = temporaryHome();
    const origin = join(home, 'origin');
    mkdirSync(join(origin, 'tools'), { recursive: true });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', origin, '-c', 'user.name=A', '-c', 'user.email=a@b', ...args]);
    git('init', '-q');
    writeFileSync(join(origin, 'tools', 'file'), 'checked out\n');
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    const provider = await openLocal(home);
    const { text } = await run(provider, 'pwd; cat file', {
      template,
      git: { url: `file://${origin}`, path: 'tools' },
    });
    expect(text('stdout')).toBe('/workspace/repo/tools\nchecked out\n');
  });

  it('refuses a secret by the name of one of the settings of docker', async () => {
    const { state } = await inContainer('true', { secretEnv: { PATH: 'secret' } });
    expect(state).toMatchObject({ reason: 'start-failed', detail: expect.stringContaining('PATH') });
  });

  it('ends when its supervisor is killed', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    const task = spec('exec sleep 600', { template });
    await provider.tasks.start(task);
    await until(async () => (await provider.tasks.inspect(task)).phase === 'running');
    process.kill(supervisorPid(home)!, 'SIGKILL');
    await until(async () => (await provider.tasks.inspect(task)).phase === 'ended');
    expect(await provider.tasks.inspect(task)).toMatchObject({ reason: 'lost' });
    await until(() => containers() === '');
  });
});
