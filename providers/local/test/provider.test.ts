import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CONTRACT_VERSION, type Provider } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import {
  cleanUp,
  exitOf,
  hostTemplate,
  openLocal,
  otherProcess,
  spec,
  supervisorPid,
  temporaryHome,
} from './harness.ts';

const calls: [string, (provider: Provider, call?: { signal: AbortSignal }) => Promise<unknown>][] = [
  [
    'store.insert',
    (p, call) =>
      p.store.insert(
        'reservations',
        { reservation: 'r', digest: '', holder: '', created_at: 1, expires_at: 9e15 },
        call,
      ),
  ],
  ['store.get', (p, call) => p.store.get('images', 'i', call)],
  ['store.update', (p, call) => p.store.update('images', 'i', {}, call)],
  ['store.query', (p, call) => p.store.query('images', { index: 'all', limit: 1 }, call)],
  ['store.remove', (p, call) => p.store.remove('images', 'i', call)],
  ['secrets.put', (p, call) => p.secrets.put('s', 'v', {}, call)],
  ['secrets.reveal', (p, call) => p.secrets.reveal('s', call)],
  ['secrets.remove', (p, call) => p.secrets.remove('s', call)],
  ['secrets.list', (p, call) => p.secrets.list(call)],
  ['tasks.prepare', (p, call) => p.tasks.prepare(hostTemplate, call)],
  ['tasks.forget', (p, call) => p.tasks.forget('t', call)],
  ['tasks.templates', (p, call) => p.tasks.templates(call)],
  ['tasks.start', (p, call) => p.tasks.start(spec('true', { executionId: 'once' }), call)],
  ['tasks.inspect', (p, call) => p.tasks.inspect({ executionId: 'once' }, call)],
  ['tasks.stop', (p, call) => p.tasks.stop({ executionId: 'other' }, call)],
  ['tasks.list', (p, call) => p.tasks.list(call)],
  ['logs.append', (p, call) => p.logs.append('e', [{ id: '1', time: 1, stream: 'stdout', text: '' }], {}, call)],
  ['logs.read', (p, call) => p.logs.read('e', {}, call)],
  ['logs.ended', (p, call) => p.logs.ended('e', call)],
  ['logs.watch', (p, call) => p.logs.watch('e', {}, call)[Symbol.asyncIterator]().next()],
  ['identities.exists', (p, call) => p.identities.exists('role', call)],
  ['backendLogs.find', (p, call) => p.backendLogs!.find('r', call)],
  ['decode', (p, call) => p.decode({}, call)],
  ['listen', (p, call) => p.listen!(async () => {}, call ?? {})],
];

describe('every call', () => {
  it.each(calls)('%s honours a signal that is aborted already, and does nothing', async (_name, call) => {
    const provider = await openLocal(temporaryHome());
    await expect(call(provider, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await provider.secrets.list()).toEqual([]);
    expect(await provider.tasks.templates()).toEqual([]);
    expect(await provider.tasks.inspect({ executionId: 'once' })).toEqual({ phase: 'absent' });
    expect((await provider.logs.read('e')).chunks).toEqual([]);
    expect(await provider.store.get('reservations', 'r')).toBeUndefined();
  });

  it('is refused after close, which may be called twice', async () => {
    const provider = await openLocal(temporaryHome());
    await provider.close();
    await provider.close();
    for (const [, call] of calls) await expect(call(provider)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('configuration', () => {
  const parse = (env: Record<string, string | undefined>) => plugin.config['~standard'].validate(env);

  it('reports every problem at once, by the name of its variable', async () => {
    const { issues } = await parse({ RUNVOY_HOME: '~/runvoy', RUNVOY_LOCAL_RUNTIME: 'podman' });
    expect(issues?.map((issue) => issue.path)).toEqual([['RUNVOY_HOME'], ['RUNVOY_LOCAL_RUNTIME']]);
    expect(issues?.map((issue) => issue.message).join()).toMatch(/absolute path.*process/);
  });

  it('has defaults, and takes an empty variable for none', async () => {
    expect(await parse({ RUNVOY_HOME: '', RUNVOY_LOCAL_RUNTIME: '' })).toMatchObject({
      value: { runtime: 'auto', folder: expect.stringMatching(/\.runvoy\/local$/) },
    });
    expect(plugin).toMatchObject({ name: 'local', contract: CONTRACT_VERSION });
  });
});

describe('images', () => {
  it('in process mode, other than "host" are refused, and the lack of isolation is said', async () => {
    const provider = await openLocal(temporaryHome(), { env: { RUNVOY_LOCAL_RUNTIME: 'process' } });
    expect(provider).toMatchObject({ defaultImage: 'host', capabilities: { images: { no: expect.any(String) } } });
    await expect(provider.tasks.prepare({ ...hostTemplate, image: 'alpine' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'image',
      remedy: expect.stringMatching(/no isolation/),
    });
    const { ref, notes } = await provider.tasks.prepare(hostTemplate);
    expect(notes?.join()).toContain('not isolated');
    expect(await provider.tasks.prepare(hostTemplate)).toEqual({ ref, notes });
    expect(await provider.tasks.templates()).toEqual([ref]);
    await provider.tasks.forget(ref);
    await provider.tasks.forget(ref);
    expect(await provider.tasks.templates()).toEqual([]);
  });

  it('in Docker mode, "host" is refused', async () => {
    const provider = await openLocal(temporaryHome(), { env: { RUNVOY_LOCAL_RUNTIME: 'docker' } });
    expect(provider.defaultImage).toBe('docker.io/library/alpine:latest');
    await expect(provider.tasks.prepare(hostTemplate)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'image',
    });
  });

  it('without an engine, containers are refused with the remedy', async () => {
    const env = { DOCKER_HOST: 'unix:///no/such/docker.sock' };
    const provider = await openLocal(temporaryHome(), { env });
    await expect(provider.tasks.prepare({ ...hostTemplate, image: 'alpine' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      remedy: expect.stringMatching(/Start Docker.*"host"/),
    });
  });

  it('roles and unknown platforms are refused', async () => {
    const { tasks } = await openLocal(temporaryHome());
    await expect(tasks.prepare({ ...hostTemplate, taskRole: 'r' })).rejects.toMatchObject({ field: 'task_role_name' });
    await expect(tasks.prepare({ ...hostTemplate, platform: 'BeOS' })).rejects.toMatchObject({
      field: 'runtime_platform',
    });
  });
});

describe('notifications', () => {
  it('are decoded; unknown shapes are nothing, malformed ones an error', async () => {
    const provider = await openLocal(temporaryHome());
    for (const raw of [null, 'text', 7, [], {}, { type: 'other' }]) expect(await provider.decode(raw)).toEqual([]);
    for (const raw of [{ type: 'local.task-changed' }, { type: 'local.task-changed', execution_id: 5 }]) {
      await expect(provider.decode(raw)).rejects.toMatchObject({ code: 'INVALID_REQUEST', field: 'execution_id' });
    }
  });
});

describe('two servers', () => {
  it('on one data folder are refused, in one process or two; clients are not', async () => {
    const home = temporaryHome();
    const server = otherProcess(
      home,
      `await provider.claimServer(); console.log('serving'); setInterval(() => {}, 1000);`,
    );
    await new Promise((resolve) => server.stdout!.once('data', resolve));
    const provider = await openLocal(home);
    await expect(provider.claimServer!()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`process ${server.pid}`),
      remedy: expect.stringContaining('RUNVOY_HOME'),
    });
    expect(await provider.store.get('images', 'i')).toBeUndefined();
    server.kill('SIGKILL');
    await exitOf(server);
    await provider.claimServer!();
    const second = await openLocal(home);
    await expect(second.claimServer!()).rejects.toMatchObject({ code: 'CONFLICT' });
    await provider.close();
    await second.claimServer!();
  });
});

describe('errors', () => {
  it('of the database and the system have codes', async () => {
    const { classify } = await openLocal(temporaryHome());
    const sqlite = (errcode: number) => Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode });
    const system = (code: string) => Object.assign(new Error('x'), { code });
    expect([5, 261, 13, 11, 26, 8, 4874].map((code) => classify(sqlite(code)))).toEqual([
      'DATABASE_ERROR',
      'DATABASE_ERROR',
      'STORAGE_FULL',
      'DATABASE_ERROR',
      'DATABASE_ERROR',
      'PERMISSION_DENIED',
      'STORAGE_FULL',
    ]);
    expect(['ENOSPC', 'EDQUOT', 'EACCES', 'ECONNREFUSED'].map((code) => classify(system(code)))).toEqual([
      'STORAGE_FULL',
      'STORAGE_FULL',
      'PERMISSION_DENIED',
      'SERVICE_UNAVAILABLE',
    ]);
    expect(classify(new DOMException('x', 'AbortError'))).toBe('CANCELLED');
    expect([classify(new Error('x')), classify('x'), classify(undefined)]).toEqual([undefined, undefined, undefined]);
  });

  it('of a real full database are recognised', async () => {
    const { classify } = await openLocal(temporaryHome());
    const database = new DatabaseSync(':memory:');
    cleanUp(() => database.close());
    database.exec('CREATE TABLE t (x); PRAGMA max_page_count = 2');
    let error: unknown;
    try {
      database.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
    } catch (thrown) {
      error = thrown;
    }
    expect(classify(error)).toBe('STORAGE_FULL');
  });

  it('in opening release what was opened', async () => {
    const home = temporaryHome();
    mkdirSync(join(home, 'local', 'runvoy.db'), { recursive: true });
    await expect(openLocal(home)).rejects.toThrow();
    const pid = supervisorPid(home);
    expect(pid === undefined || pid > 0).toBe(true);
  });
});
