import { describe, expect, it } from 'vitest';
import { type Ended, isAlive, newId, openLocal, run, spec, temporaryHome, until, untilEnded } from '../harness.ts';

describe('how a task ends', () => {
  const causes: [string, string | string[], Partial<Ended>][] = [
    ['success', 'true', { reason: 'exited', exitCode: 0 }],
    ['an exit code', 'exit 42', { reason: 'exited', exitCode: 42 }],
    ['the highest exit code', 'exit 255', { reason: 'exited', exitCode: 255 }],
    ['a command that a shell does not find', 'no-such-command-here', { reason: 'exited', exitCode: 127 }],
    ['a signal from inside', 'kill -SEGV $$', { reason: 'signalled', signal: 11 }],
    ['SIGKILL from inside', 'kill -KILL $$', { reason: 'signalled', signal: 9 }],
    ['exact arguments', ['sh', '-c', 'exit $#', 'sh', 'a b', '$HOME', ''], { reason: 'exited', exitCode: 3 }],
  ];
  it.each(causes)('%s', async (_name, command, expected) => {
    const provider = await openLocal(temporaryHome());
    const { state } = await run(provider, command);
    expect(state).toMatchObject(expected);
    expect(state.endedAt).toBeGreaterThanOrEqual(state.startedAt!);
  });

  it('a program that is missing never started', async () => {
    const provider = await openLocal(temporaryHome());
    const { state } = await run(provider, ['/no/such/program']);
    expect(state).toMatchObject({ reason: 'start-failed', detail: expect.stringContaining('/no/such/program') });
    expect(state.startedAt).toBeUndefined();
  });

  it('a program that may not be executed never started', async () => {
    const provider = await openLocal(temporaryHome());
    const { state } = await run(provider, ['/etc/passwd']);
    expect(state).toMatchObject({ reason: 'start-failed', detail: expect.stringContaining('/etc/passwd') });
  });

  it('over its time, everything it started is killed', async () => {
    const provider = await openLocal(temporaryHome());
    const { state, text } = await run(
      provider,
      `sleep 600 & echo $!; sh -c 'set -m; sleep 600 & echo $!'; setsid sleep 600 & echo $!; echo $$; wait`,
      { timeoutSeconds: 1 },
    );
    expect(state.reason).toBe('timed-out');
    const pids = text('stdout').trim().split('\n').map(Number);
    expect(pids).toHaveLength(4);
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it('stopped: also when the command handles the signal and succeeds', async () => {
    const provider = await openLocal(temporaryHome());
    const task = spec(`trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done`);
    await provider.tasks.start(task);
    for await (const page of provider.logs.watch(task.executionId)) {
      if (Buffer.concat(page.chunks.map((chunk) => chunk.text)).includes('ready')) break;
    }
    await provider.tasks.stop(task);
    await provider.tasks.stop(task);
    const state = await untilEnded(provider, task.executionId);
    expect(state).toMatchObject({ reason: 'stopped' });
    await provider.tasks.stop(task);
    expect(await provider.tasks.inspect(task)).toEqual(state);
  });

  it('stopped before it is started: then it never runs', async () => {
    const provider = await openLocal(temporaryHome());
    const task = spec('echo ran');
    await provider.tasks.stop(task);
    expect(await provider.tasks.inspect(task)).toEqual({ phase: 'absent' });
    await provider.tasks.start(task);
    const state = await untilEnded(provider, task.executionId);
    expect(state).toMatchObject({ reason: 'stopped' });
    expect((await provider.logs.read(task.executionId)).chunks).toEqual([]);
  });

  it('what it leaves in the background ends with it', async () => {
    const provider = await openLocal(temporaryHome());
    const { state, text } = await run(provider, 'sleep 600 & echo $!; exit 3');
    expect(state).toMatchObject({ reason: 'exited', exitCode: 3 });
    await until(() => !isAlive(Number(text())));
  });
});

describe('starting', () => {
  it('happens once for an execution id, however often and from wherever it is asked', async () => {
    const home = temporaryHome();
    const [one, other] = [await openLocal(home), await openLocal(home)];
    const task = spec('echo started; sleep 0.2');
    const refs = await Promise.all([one, other, one, other, one].map((provider) => provider.tasks.start(task)));
    expect(new Set(refs.map(({ ref }) => ref)).size).toBe(1);
    await untilEnded(one, task.executionId);
    expect(await one.tasks.start(task)).toEqual(refs[0]);
    const page = await one.logs.read(task.executionId);
    expect(page.chunks.map((chunk) => Buffer.from(chunk.text).toString())).toEqual(['started\n']);
  });

  it('fifty at once', async () => {
    const provider = await openLocal(temporaryHome());
    const tasks = Array.from({ length: 50 }, (_, i) => spec(`echo ${i}; exit ${i}`));
    await Promise.all(tasks.map((task) => provider.tasks.start(task)));
    const states = await Promise.all(tasks.map((task) => untilEnded(provider, task.executionId)));
    expect(states.map((state) => state.exitCode)).toEqual(tasks.map((_, i) => i));
    expect(await provider.tasks.list()).toEqual([]);
  });

  it('lists what lives', async () => {
    const provider = await openLocal(temporaryHome());
    const task = spec('sleep 600');
    const { ref } = await provider.tasks.start(task);
    expect(await provider.tasks.list()).toEqual([{ executionId: task.executionId, ref }]);
    await provider.tasks.stop({ executionId: task.executionId, ref });
    await untilEnded(provider, task.executionId);
    expect(await provider.tasks.list()).toEqual([]);
  });

  it('tells of every change, promptly enough to need no other look', async () => {
    const provider = await openLocal(temporaryHome());
    const stop = new AbortController();
    const task = spec('true');
    const ended = Promise.withResolvers<void>();
    const listening = provider.listen!(
      async (raw) => {
        for (const event of await provider.decode(raw)) {
          if (event.type !== 'task-changed' || !('executionId' in event.task)) continue;
          if ((await provider.tasks.inspect(event.task)).phase === 'ended') ended.resolve();
        }
      },
      { signal: stop.signal },
    );
    await provider.tasks.start(task);
    await ended.promise;
    stop.abort();
    await listening;
  });

  it('knows nothing of an execution that was never started', async () => {
    const provider = await openLocal(temporaryHome());
    expect(await provider.tasks.inspect({ executionId: newId() })).toEqual({ phase: 'absent' });
  });
});
