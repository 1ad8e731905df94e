import type { LogLine, LogPage } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { exitOf, newId, openLocal, otherProcess, spec, temporaryHome, until } from '../harness.ts';

const line = (id: number | string, more: Partial<LogLine> = {}): LogLine => ({
  id: String(id),
  time: 1000,
  stream: 'stdout',
  text: `line ${id}`,
  ...more,
});
const lines = (count: number) => Array.from({ length: count }, (_, i) => line(i));
const textOf = (page: LogPage) => Buffer.concat(page.chunks.map((chunk) => chunk.text)).toString();

describe('append', () => {
  it('takes a line once, whether repeated in a call, later, or by others at the same time', async () => {
    const home = temporaryHome();
    const { logs } = await openLocal(home);
    const execution = newId();
    const body = `
      const lines = Array.from({ length: 300 }, (_, i) => ({ id: String(i), time: 1000, stream: 'stdout', text: 'line ' + i }));
      for (let i = 0; i < 300; i += 10) await provider.logs.append('${execution}', lines.slice(i, i + 20));
      await provider.close();`;
    const others = [otherProcess(home, body), otherProcess(home, body)];
    expect(await Promise.all(others.map(exitOf))).toEqual([0, 0]);
    await logs.append(execution, [...lines(5), ...lines(5)], { end: true });
    const page = await logs.read(execution);
    expect(textOf(page).split('\n').sort()).toEqual(['', ...lines(300).map(({ text }) => text)].sort());
    expect(page.ended).toBe(true);
  });

  it('keeps times, streams and continuation, and lines that come after the end', async () => {
    const { logs } = await openLocal(temporaryHome());
    const execution = newId();
    await logs.append(execution, [
      line(1),
      line(2, { time: 2000 }),
      line(3, { stream: 'stderr' }),
      line(4, { stream: 'stderr', continues: true }),
      line(5, { stream: 'stderr' }),
    ]);
    expect(await logs.ended(execution)).toBe(false);
    await logs.append(execution, [], { end: true });
    await logs.append(execution, [line(6)]);
    const { chunks, ended } = await logs.read(execution);
    expect(chunks.map(({ stream, time, count, continues }) => ({ stream, time, count, continues }))).toEqual([
      { stream: 'stdout', time: [1000, 2000], count: 2, continues: undefined },
      { stream: 'stderr', time: 1000, count: 2, continues: true },
      { stream: 'stderr', time: 1000, count: 1, continues: undefined },
      { stream: 'stdout', time: 1000, count: 1, continues: undefined },
    ]);
    expect(ended).toBe(true);
    expect(await logs.ended(execution)).toBe(true);
  });

  it('refuses a line with a newline, and then adds none', async () => {
    const { logs } = await openLocal(temporaryHome());
    await expect(logs.append('e', [line(1), line(2, { text: 'a\nb' })])).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect((await logs.read('e')).chunks).toEqual([]);
  });
});

describe('read', () => {
  it('resumes after any cursor without loss or repetition', async () => {
    const { logs } = await openLocal(temporaryHome());
    const execution = newId();
    for (const each of lines(50)) await logs.append(execution, [each]);
    const whole = textOf(await logs.read(execution));
    const { chunks } = await logs.read(execution);
    let before = '';
    for (const chunk of chunks) {
      before += Buffer.from(chunk.text);
      expect(chunk.cursor).toMatch(/^[!-~]+$/);
      expect(before + textOf(await logs.read(execution, { after: chunk.cursor }))).toBe(whole);
    }
    let text = '';
    for (let after: string | undefined; ; ) {
      const page = await logs.read(execution, { maximumBytes: 20, ...(after && { after }) });
      if (page.chunks.length === 0) {
        expect(page.cursor).toBe(after);
        break;
      }
      after = page.cursor;
      text += textOf(page);
    }
    expect(text).toBe(whole);
  });

  it('refuses a cursor of another log', async () => {
    const { logs } = await openLocal(temporaryHome());
    await logs.append('one', lines(3));
    const { cursor } = await logs.read('one');
    for (const after of [cursor, 'nonsense', '', '1.2.3', '-1']) {
      await expect(logs.read('other', { after })).rejects.toMatchObject({ code: 'INVALID_REQUEST', field: 'after' });
    }
  });
});

describe('watch', () => {
  it('gives what is there and then what comes, from this process, the supervisor and others', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    const task = spec('echo from the task; while [ ! -e done ]; do sleep 0.01; done; echo last');
    await provider.logs.append(task.executionId, [line('early')]);
    let text = '';
    const watching = (async () => {
      for await (const page of provider.logs.watch(task.executionId)) {
        expect(page.chunks.length > 0 || page.ended).toBe(true);
        text += textOf(page);
      }
    })();
    await until(() => text.includes('early'));
    await provider.logs.append(task.executionId, [line('mine')]);
    await until(() => text.includes('mine'));
    const body = `
      await provider.logs.append('${task.executionId}', [{ id: 'x', time: 1, stream: 'system', text: 'from another process' }]);
      await provider.close();`;
    expect(await exitOf(otherProcess(home, body))).toBe(0);
    await until(() => text.includes('from another process'));
    await provider.tasks.start({ ...task, command: { shell: 'echo from the task; sleep 0.05; echo last' } });
    await watching;
    expect(text).toBe('line early\nline mine\nfrom another process\nfrom the task\nlast\n');
  });

  it('returns when its signal aborts, and when its consumer breaks off', async () => {
    const { logs } = await openLocal(temporaryHome());
    const stop = new AbortController();
    const waiting = (async () => {
      for await (const _page of logs.watch('nothing yet', {}, { signal: stop.signal }))
        throw new Error('an empty page');
    })();
    stop.abort();
    await waiting;
    await logs.append('e', lines(2));
    for await (const page of logs.watch('e')) {
      expect(textOf(page)).toBe('line 0\nline 1\n');
      break;
    }
  });

  it('is refused once the provider has closed, also between two pages', async () => {
    const provider = await openLocal(temporaryHome());
    await provider.logs.append('e', lines(2));
    const [waiting, reading] = [provider.logs.watch('nothing'), provider.logs.watch('e')].map((it) =>
      it[Symbol.asyncIterator](),
    );
    const waited = expect(waiting!.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect((await reading!.next()).done).toBe(false);
    await provider.close();
    await waited;
    await expect(reading!.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
