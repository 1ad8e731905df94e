import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerSpec, OutputLine } from '../../simulator/containers/container.ts';
import { ContainerHost } from '../../simulator/containers/container-host.ts';
import { eventually } from './eventually.ts';

const probe = await ContainerHost.open();
const possible =
  probe.isolation === 'namespaces' ? (['namespaces', 'process-group'] as const) : (['process-group'] as const);
await probe.close();
if (possible.length === 1)
  process.stderr.write('SKIPPED: this machine allows no namespaces; containers were tried as process groups only.\n');

describe.each(possible)('a container in %s', (isolation) => {
  let host: ContainerHost;
  let folder: string;
  beforeAll(async () => {
    host = await ContainerHost.open({ isolation });
    folder = await host.createFolder();
  });
  afterAll(() => host.close());

  async function run(script: string, more: Partial<ContainerSpec> = {}) {
    const lines: OutputLine[] = [];
    const container = await host.start({
      argv: ['/bin/sh', '-c', script],
      environment: {},
      directory: '/workspace',
      mounts: [{ folder, path: '/workspace' }],
      init: false,
      onLine: (line) => lines.push(line),
      maximumLineBytes: 1000,
      ...more,
    });
    return { container, lines, texts: () => lines.map(({ text }) => text) };
  }

  it('has only the environment that it is given', async () => {
    const { container, texts } = await run('env | sort', { environment: { A: '1 2', PATH: '/bin:/usr/bin' } });
    expect(await container.ended).toEqual({ exitCode: 0, outOfMemory: false });
    expect(texts().filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))).toEqual(['A=1 2', 'PATH=/bin:/usr/bin']);
  });

  it('shares a folder', async () => {
    await writeFile(join(folder, 'in'), 'given');
    const { container } = await run('cat in > out; exit 5');
    expect((await container.ended).exitCode).toBe(5);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('given');
  });

  it('finds the folder where it should be', async () => {
    await writeFile(join(folder, 'in'), 'given\n');
    const { container, texts } = await run('cat "$FILE"; pwd', { environment: { FILE: '/workspace/in' } });
    await container.ended;
    expect(texts()).toEqual(['given', isolation === 'namespaces' ? '/workspace' : folder]);
  });

  it('gives lines as bytes came, in pieces where they are too long', async () => {
    const { container, lines } = await run('printf "a\\n\\nb\\377\\n"; printf "e" >&2; printf "ü%.0s" $(seq 600)');
    await container.ended;
    const of = (stream: string) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
    expect(of('stderr')).toEqual(['e']);
    expect(of('stdout')).toEqual(['a', '', 'b\ufffd', 'ü'.repeat(500), 'ü'.repeat(100)]);
  });

  it('says with which signal it ended', async () => {
    const { container } = await run('exec sleep 60', { init: true });
    container.stop(5000);
    container.stop(1);
    expect(await container.ended).toEqual({ exitCode: 143, outOfMemory: false });
  });

  it('is killed when it does not end by itself', async () => {
    const { container, lines } = await run('trap "" TERM; echo up; while :; do sleep 0.02; done');
    await eventually(() => lines.length).toBe(1);
    container.stop(50);
    expect((await container.ended).exitCode).toBe(137);
  });

  it('takes everything with it that it has started', async () => {
    const { container, lines } = await run('sleep 65.5 & echo $!; echo up');
    expect((await container.ended).exitCode).toBe(0);
    expect(lines).toHaveLength(2);
    if (isolation === 'process-group') {
      const stillThere = () => existsSync(`/proc/${lines[0]!.text}/cwd`);
      await eventually(stillThere).toBe(false);
    }
  });

  it('may use so much memory', async () => {
    const { container } = await run('head -c 200m /dev/zero | tail', { memoryBytes: 30 * 1024 * 1024 });
    expect(await container.ended).toEqual({ exitCode: 137, outOfMemory: true });
    const small = await run('echo small', { memoryBytes: 30 * 1024 * 1024 });
    expect((await small.container.ended).outOfMemory).toBe(false);
  });

  it('is not started without a program', async () => {
    await expect(run('', { argv: ['no-such-program'] })).rejects.toThrow(
      'exec: "no-such-program": executable file not found in $PATH',
    );
    await expect(run('', { argv: ['/etc/passwd'] })).rejects.toThrow('executable file not found');
    await expect(run('', { argv: [] })).rejects.toThrow('executable file not found');
  });

  it('leaves nothing behind when the process just ends', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'runvoy-exit-'));
    const module = new URL('../../simulator/containers/container-host.ts', import.meta.url).href;
    const code = `
      import { ContainerHost } from '${module}';
      const host = await ContainerHost.open({ isolation: '${isolation}' });
      await host.createFolder();
      process.exit(3);`;
    const options = ['--conditions=source', '--input-type=module', '-e', code];
    const ended = promisify(execFile)(process.execPath, options, { env: { ...process.env, TMPDIR: temporary } });
    await expect(ended).rejects.toMatchObject({ code: 3 });
    expect(await readdir(temporary)).toEqual([]);
    await rmdir(temporary);
  });

  it('leaves nothing behind', async () => {
    const other = await ContainerHost.open({ isolation });
    const left = await other.createFolder();
    const container = await other.start({
      argv: ['sleep', '60'],
      environment: {},
      directory: '/',
      mounts: [],
      init: false,
      onLine: () => {},
      maximumLineBytes: 100,
    });
    await other.close();
    expect((await container.ended).exitCode).toBe(137);
    expect(existsSync(left)).toBe(false);
  });
});
