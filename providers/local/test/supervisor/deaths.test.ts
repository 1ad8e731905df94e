import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cleanUp,
  dataFolder,
  exitOf,
  finished,
  isAlive,
  newId,
  openLocal,
  otherProcess,
  run,
  spec,
  supervisorPid,
  temporaryHome,
  until,
  untilEnded,
} from '../harness.ts';

const nextLine = (stream: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve) => stream.once('data', (data) => resolve(String(data))));

describe('the process that started a run', () => {
  it('may be killed: the run goes on, and nothing is lost or doubled', async () => {
    const home = temporaryHome();
    const task = spec('for i in $(seq 1 200); do echo line $i; sleep 0.005; done; exit 7');
    const starter = otherProcess(
      home,
      `await provider.tasks.start(${JSON.stringify(task)}); console.log('started'); setInterval(() => {}, 1000);`,
    );
    await nextLine(starter.stdout!);
    starter.kill('SIGKILL');
    await exitOf(starter);
    const provider = await openLocal(home);
    await provider.tasks.start(task);
    const state = await untilEnded(provider, task.executionId);
    expect(state).toMatchObject({ reason: 'exited', exitCode: 7 });
    const { text } = await finished(provider, task.executionId, state);
    expect(text()).toBe(Array.from({ length: 200 }, (_, i) => `line ${i + 1}\n`).join(''));
  });
});

describe('the supervisor', () => {
  it('killed: its tasks are lost, are told as lost, and nothing of them goes on', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    const task = spec('trap "" HUP PIPE TERM; sleep 600 & echo $!; setsid sleep 600 & echo $!; wait');
    await provider.tasks.start(task);
    const pids: number[] = [];
    for await (const page of provider.logs.watch(task.executionId)) {
      for (const chunk of page.chunks) pids.push(...Buffer.from(chunk.text).toString().trim().split('\n').map(Number));
      if (pids.length === 2) break;
    }
    const first = supervisorPid(home)!;
    process.kill(first, 'SIGKILL');
    const state = await until(async () => {
      const found = await provider.tasks.inspect(task);
      return found.phase === 'ended' ? found : undefined;
    });
    expect(state).toMatchObject({ reason: 'lost', detail: expect.stringContaining('supervisor') });
    await until(() => pids.every((pid) => !isAlive(pid)));
    expect((await provider.logs.read(task.executionId)).ended).toBe(true);
    expect(await provider.tasks.list()).toEqual([]);
    expect((await run(provider, 'exit 3')).state.exitCode).toBe(3);
    expect(supervisorPid(home)).not.toBe(first);
  });

  it('killed: a listener learns of the loss without asking', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    const stop = new AbortController();
    const told: unknown[] = [];
    const listening = provider.listen!(async (raw) => void told.push(raw), { signal: stop.signal });
    const task = spec('sleep 600');
    await provider.tasks.start(task);
    await until(async () => told.length > 0 && (await provider.tasks.inspect(task)).phase === 'running');
    process.kill(supervisorPid(home)!, 'SIGKILL');
    told.length = 0;
    await until(() => told.length > 0);
    expect(await provider.decode(told[0])).toEqual([{ type: 'task-changed', task: { executionId: task.executionId } }]);
    expect(await provider.tasks.inspect(task)).toMatchObject({ phase: 'ended', reason: 'lost' });
    stop.abort();
    await listening;
  });

  it('is one, however many processes start it at once', async () => {
    const home = temporaryHome();
    const body = `
      const { executionId } = ${JSON.stringify(spec('exit 0'))};
      await provider.tasks.inspect({ executionId });
      const task = { ...${JSON.stringify(spec('echo $PPID'))}, executionId: crypto.randomUUID() };
      await provider.tasks.start(task);
      for await (const page of provider.logs.watch(task.executionId))
        for (const chunk of page.chunks) process.stdout.write(chunk.text);
      await provider.close();`;
    const others = Array.from({ length: 4 }, () => otherProcess(home, body));
    const parents = await Promise.all(
      others.map(async (child) => {
        let text = '';
        child.stdout!.on('data', (data) => {
          text += data;
        });
        expect(await exitOf(child)).toBe(0);
        return Number(text);
      }),
    );
    expect(new Set(parents)).toEqual(new Set([supervisorPid(home)]));
  });

  it('leaves when it is idle, and the next one is started where one is needed', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    await run(provider, 'true');
    const first = supervisorPid(home)!;
    await provider.close();
    process.kill(first, 'SIGTERM');
    await until(() => !isAlive(first));
    const main = new URL('../../src/supervisor/main.ts', import.meta.url).pathname;
    const args = ['--conditions=source', main, dataFolder(home), '50'];
    const shortLived = spawn(process.execPath, args, { stdio: 'ignore' });
    cleanUp(() => shortLived.kill('SIGKILL'));
    expect(await exitOf(shortLived)).toBe(0);
    expect(existsSync(join(dataFolder(home), 'supervisor-v1.sock'))).toBe(false);
    const next = await openLocal(home);
    expect((await run(next, 'exit 4')).state.exitCode).toBe(4);
  });

  it('asked to end, stops its runs and writes down that it did', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    const task = spec('sleep 600');
    await provider.tasks.start(task);
    await until(async () => (await provider.tasks.inspect(task)).phase === 'running');
    process.kill(supervisorPid(home)!, 'SIGTERM');
    const state = await until(async () => {
      const found = await provider.tasks.inspect(task);
      return found.phase === 'ended' ? found : undefined;
    });
    expect(state).toMatchObject({ reason: 'stopped', detail: expect.stringContaining('asked to end') });
  });

  it('works in a folder whose name is too long for a socket', async () => {
    const home = join(temporaryHome(), 'x'.repeat(120));
    const provider = await openLocal(home);
    cleanUp(() => process.kill(supervisorPid(home)!, 'SIGKILL'));
    expect((await run(provider, 'exit 6')).state.exitCode).toBe(6);
  });
});

it('an execution of a database made by a newer version is not touched', async () => {
  const home = temporaryHome();
  await (await openLocal(home)).close();
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(dataFolder(home), 'tasks.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(openLocal(home)).rejects.toThrow(/newer version/);
  expect(newId()).toHaveLength(32);
});
