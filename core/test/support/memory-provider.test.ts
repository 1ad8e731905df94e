import { describe, expect, it } from 'vitest';
import type { LogPage, RunvoyError, SecretDocument, TaskSpec } from '../../src/provider.ts';
import { createMemoryProvider, MemoryFailure } from './memory-provider.ts';

const secret = (name: string): SecretDocument => ({
  secret_name: name,
  key_name: 'KEY',
  description: '',
  created_by: 'ana@example.com',
  owned_by: ['ana@example.com'],
  created_at: 1,
  updated_at: 1,
  updated_by: 'ana@example.com',
});

const spec = (executionId: string): TaskSpec => ({
  executionId,
  template: { imageId: 'a:b-00000000', image: 'a:b', cpu: 256, memory: 512, platform: 'Linux/ARM64' },
  templateRef: 'template',
  command: { shell: 'true' },
  env: {},
  secretEnv: {},
  maskedValues: [],
  timeoutSeconds: 60,
  createdBy: 'ana@example.com',
});

const code = (error: unknown) => (error as RunvoyError).code;

describe('store', () => {
  it('refuses a taken key and changes nothing', async () => {
    const { store } = createMemoryProvider();
    await store.insert('secrets', secret('a'));
    const refused = await store.insert('secrets', { ...secret('a'), key_name: 'OTHER' }).catch(code);
    expect(refused).toBe('CONFLICT');
    expect((await store.get('secrets', 'a'))?.key_name).toBe('KEY');
  });

  it('updates only when every condition holds', async () => {
    const { store } = createMemoryProvider();
    await store.insert('secrets', secret('a'));
    const when = { key_name: ['KEY', 'OTHER'], created_by_request_id: null, updated_at: 1 };
    expect(await store.update('secrets', 'a', { set: { updated_at: 2 }, when })).toMatchObject({ updated_at: 2 });
    expect(await store.update('secrets', 'a', { set: { updated_at: 3 }, when })).toBeUndefined();
    expect(await store.update('secrets', 'b', { set: { updated_at: 3 } })).toBeUndefined();
  });

  it('treats an expired document as absent, and its key as free', async () => {
    let time = 1000;
    const { store } = createMemoryProvider({ now: () => time });
    const reservation = { reservation: 'r', digest: '', holder: 'x', created_at: 1, expires_at: 1500 };
    await store.insert('reservations', reservation);
    time = 1500;
    expect(await store.get('reservations', 'r')).toBeUndefined();
    expect(await store.update('reservations', 'r', { set: { holder: 'y' } })).toBeUndefined();
    await store.insert('reservations', { ...reservation, expires_at: 2000 });
  });

  it('pages an index in order, newest first, without gaps or repetition', async () => {
    const { store } = createMemoryProvider();
    for (let n = 0; n < 5; n++)
      await store.insert('users', {
        api_key_hash: `k${n}`,
        user_email: 'ana@example.com',
        role: 'viewer',
        created_at: Math.floor(n / 2),
        revoked: false,
      });
    const match = { user_email: 'ana@example.com' };
    const first = await store.query('users', { index: 'email', match, limit: 3 });
    const last = first.at(-1);
    const after = { value: last?.created_at ?? 0, key: last?.api_key_hash ?? '' };
    const rest = await store.query('users', { index: 'email', match, limit: 3, after });
    expect([...first, ...rest].map((user) => user.api_key_hash)).toEqual(['k4', 'k3', 'k2', 'k1', 'k0']);
  });
});

describe('logs', () => {
  const line = (id: string, text: string) => ({ id, time: 5, stream: 'stdout' as const, text });

  it('drops repeated ids, keeps texts, resumes after a cursor', async () => {
    const { logs } = createMemoryProvider();
    await logs.append('e', [line('1', ''), line('1', 'again'), line('2', '{"a":1}')]);
    const page = await logs.read('e');
    expect(page.chunks.map((chunk) => Buffer.from(chunk.text).toString())).toEqual(['\n{"a":1}\n']);
    await logs.append('e', [line('2', 'again'), line('3', 'late')], { end: true });
    const rest = await logs.read('e', { after: page.cursor });
    expect(rest).toMatchObject({ ended: true, chunks: [{ count: 1, time: 5 }] });
    expect(await logs.read('f', { after: page.cursor }).catch(code)).toBe('INVALID_REQUEST');
  });

  it('watches what is there and what comes, to the end', async () => {
    const { logs } = createMemoryProvider();
    const pages: LogPage[] = [];
    const watching = (async () => {
      for await (const page of logs.watch('e')) pages.push(page);
    })();
    await logs.append('e', [line('1', 'a')]);
    await logs.append('e', [line('2', 'b')]);
    await logs.append('e', [], { end: true });
    await watching;
    expect(pages.flatMap((page) => page.chunks).reduce((sum, chunk) => sum + chunk.count, 0)).toBe(2);
    expect(pages.at(-1)?.ended).toBe(true);
  });

  it('ends a watch when its signal aborts', async () => {
    const { logs } = createMemoryProvider();
    const abort = new AbortController();
    const next = logs.watch('e', {}, { signal: abort.signal })[Symbol.asyncIterator]().next();
    abort.abort();
    expect(await next).toMatchObject({ done: true });
  });
});

describe('tasks', () => {
  it('starts once per execution id, and ends when told', async () => {
    const { tasks, control } = createMemoryProvider();
    const { ref } = await tasks.start(spec('e'));
    expect(await tasks.start(spec('e'))).toMatchObject({ ref, state: { phase: 'pending' } });
    control.runTask('e');
    expect(await tasks.list()).toEqual([{ executionId: 'e', ref }]);
    control.endTask('e', { exitCode: 3 });
    expect(await tasks.inspect({ executionId: 'e' })).toMatchObject({ phase: 'ended', reason: 'exited', exitCode: 3 });
    expect(await tasks.list()).toEqual([]);
    await tasks.stop({ executionId: 'e' });
    expect(control.tasks()).toHaveLength(1);
  });
});

describe('control', () => {
  it('counts calls, injects failures without effect, refuses aborted calls', async () => {
    const { store, control, classify } = createMemoryProvider();
    control.fail('store.insert', new MemoryFailure('THROTTLED'));
    const failed = await store.insert('secrets', secret('a')).catch((error: unknown) => error);
    expect(classify(failed)).toBe('THROTTLED');
    expect(await store.get('secrets', 'a')).toBeUndefined();
    const aborted = { signal: AbortSignal.abort() };
    expect(await store.insert('secrets', secret('a'), aborted).catch(code)).toBe('CANCELLED');
    expect(control.calls['store.insert']).toBe(2);
  });

  it('delivers to listeners, and decodes what it delivers', async () => {
    const provider = createMemoryProvider();
    const heard: unknown[] = [];
    const listening = provider.listen?.(async (raw) => void heard.push(...(await provider.decode(raw))), {});
    await provider.control.emit({ type: 'memory', event: { type: 'reconcile' } });
    await provider.control.emit({ type: 'other' });
    expect(heard).toEqual([{ type: 'reconcile' }]);
    expect(await provider.decode({ type: 'memory', event: { type: 'task-changed' } }).catch(code)).toBe(
      'INVALID_REQUEST',
    );
    await provider.close();
    await provider.close();
    await listening;
    expect(await provider.store.get('users', 'k').catch(code)).toBe('SERVICE_UNAVAILABLE');
  });
});
