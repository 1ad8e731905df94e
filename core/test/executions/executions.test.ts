import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/logs/masking.ts';
import { type ExecutionDocument, isRunvoyError, RunvoyError } from '../../src/provider.ts';
import { MemoryFailure } from '../support/memory-provider.ts';
import { context, input, setUp } from './support.ts';

const code = (error: unknown) => (isRunvoyError(error) ? error.code : error);

describe('run', () => {
  it('writes the record, starts one task and attaches its reference: two writes', async () => {
    const { provider, executions } = setUp();
    const execution = await executions.run(input({ env: { REGION: 'eu' } }), context);
    expect(execution).toMatchObject({ status: 'STARTING', created_by: 'ana@example.com', timeout_seconds: 3600 });
    expect(execution.execution_id).toMatch(/^[0-9a-f]{32}$/);
    const [spec] = provider.control.tasks();
    expect(spec).toMatchObject({ executionId: execution.execution_id, env: { REGION: 'eu' }, secretEnv: {} });
    expect(provider.control.calls).toEqual({ 'store.insert': 1, 'tasks.start': 1, 'store.update': 1 });
  });

  it('keeps secrets out of the public environment, and in a bundle only as long as the run lives', async () => {
    const { provider, executions } = setUp();
    const run = input({ env: { REGION: 'eu', DB_PASSWORD: 'hunter22' }, secrets: ['token'] });
    const { execution_id } = await executions.run(run, context);
    const [spec] = provider.control.tasks();
    expect(spec?.env).toEqual({ REGION: 'eu' });
    expect(spec?.secretEnv).toEqual({ TOKEN: 'value of token', DB_PASSWORD: 'hunter22' });
    expect(spec?.maskedValues).toEqual(['value of token', 'hunter22']);
    expect(JSON.stringify(await provider.store.get('executions', execution_id))).not.toMatch(/hunter22|value of/);
    expect(await provider.secrets.list()).toEqual([expect.stringMatching(`^exec/${execution_id}/[0-9a-f]{32}$`)]);
    provider.control.endTask(execution_id, { exitCode: 0 });
    await executions.refresh({ executionId: execution_id }, 'r');
    await expect.poll(() => provider.secrets.list()).toEqual([]);
  });

  it('lets the request win over a secret of the same name, and masks both of them', async () => {
    const { provider, executions } = setUp();
    await executions.run(input({ env: { TOKEN: 'mine mine' }, secrets: ['token'] }), context);
    expect(provider.control.tasks()[0]?.secretEnv).toEqual({ TOKEN: 'mine mine' });
    expect(createMasker(provider.control.tasks()[0]!.maskedValues)).toBeDefined();
  });

  it.each([
    ['an empty command', input({ command: { shell: ' \n' } }), 'INVALID_REQUEST', 'command'],
    ['an empty argv', input({ command: { argv: [''] } }), 'INVALID_REQUEST', 'argv'],
    ['a secret of others', input({ secrets: ['forbidden'] }), 'FORBIDDEN', 'secrets'],
    ['credentials in a URL', input({ git: { repo: 'https://me:pw@github.com/a/b' } }), 'INVALID_REQUEST', 'git_repo'],
    ['a git option', input({ git: { repo: 'https://x/y', ref: '--upload-pack=x' } }), 'INVALID_REQUEST', 'git_ref'],
    ['an escaping path', input({ git: { repo: 'https://x/y', path: 'a/../../b' } }), 'INVALID_REQUEST', 'git_path'],
    ['too much input', input({ stdin: new Uint8Array(2_000_000) }), 'PAYLOAD_TOO_LARGE', 'stdin'],
  ])('refuses %s and leaves nothing behind', async (_, run, expected, field) => {
    const { provider, executions } = setUp();
    const error = await executions.run(run, context).catch((caught) => caught);
    expect(error).toMatchObject({ code: expected, field });
    expect(provider.control.calls['store.insert']).toBeUndefined();
    expect(provider.control.tasks()).toEqual([]);
  });

  it('gives the git token to the checkout only, for the host that it belongs to', async () => {
    const { provider, executions } = setUp();
    const env = { GITHUB_TOKEN: 'ghp_0123456789' };
    await executions.run(input({ env, git: { repo: 'https://github.com/a/b', path: '/sub/' } }), context);
    await executions.run(input({ env, git: { repo: 'https://elsewhere.example/a/b' } }), context);
    const [first, second] = provider.control.tasks();
    expect(first?.git).toEqual({ url: 'https://github.com/a/b', path: 'sub/', token: 'ghp_0123456789' });
    expect(second?.git).toEqual({ url: 'https://elsewhere.example/a/b' });
    expect(first?.maskedValues).toContain('ghp_0123456789');
  });

  it('records at once that a task could not be started, with the reason', async () => {
    const { provider, executions } = setUp();
    const failure = new RunvoyError('CAPACITY_EXCEEDED', 'no capacity for 64 vCPU', { remedy: 'Ask for less.' });
    provider.control.fail('tasks.start', failure);
    expect(await executions.run(input(), context).catch(code)).toBe('CAPACITY_EXCEEDED');
    const { executions: all } = await executions.list({ limit: 10 }, context);
    expect(all).toMatchObject([
      {
        status: 'FAILED',
        exit_code: 1,
        reason: 'start-failed',
        reason_detail: 'no capacity for 64 vCPU. Ask for less.',
      },
    ]);
    expect(await provider.logs.ended(all[0]!.execution_id)).toBe(true);
  });

  it('finds the task of a start whose answer was lost, and gives up on one that never was', async () => {
    const { provider, executions, clock } = setUp();
    provider.control.fail('tasks.start', new MemoryFailure('INTERNAL_ERROR'));
    await executions.run(input(), context).catch(() => undefined);
    const [record] = (await executions.list({ limit: 1 }, context)).executions as [ExecutionDocument];
    expect(record.status).toBe('STARTING');
    clock.now += 60_000;
    expect(await executions.refreshActive('r')).toEqual({ checked: 1, changed: [] });
    clock.now += 61_000;
    expect(await executions.refreshActive('r')).toEqual({ checked: 1, changed: [record.execution_id] });
    expect(await executions.get(record.execution_id, context)).toMatchObject({
      status: 'FAILED',
      reason: 'start-failed',
      logs_complete: true,
    });
  });
});

describe('idempotency', () => {
  it('answers a repeated request with the same execution, and refuses another body', async () => {
    const { provider, executions } = setUp();
    const first = await executions.run(input({ idempotencyKey: 'k', env: { A: '1', B: '2' } }), context);
    const second = await executions.run(input({ idempotencyKey: 'k', env: { B: '2', A: '1' } }), context);
    expect(second.execution_id).toBe(first.execution_id);
    expect(provider.control.tasks()).toHaveLength(1);
    const other = input({ idempotencyKey: 'k', env: { A: '1', B: '3' } });
    expect(await executions.run(other, context).catch((error) => error)).toMatchObject({
      code: 'CONFLICT',
      field: 'Idempotency-Key',
    });
    const someoneElse = { ...context, principal: { email: 'bob@example.com', role: 'developer' } };
    expect((await executions.run(other, someoneElse)).execution_id).not.toBe(first.execution_id);
  });

  it('starts once when the same request arrives many times at once', async () => {
    const { provider, executions } = setUp();
    const runs = await Promise.allSettled(
      Array.from({ length: 20 }, () => executions.run(input({ idempotencyKey: 'k' }), context)),
    );
    const ids = new Set(runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value.execution_id] : [])));
    expect(ids.size).toBe(1);
    expect(provider.control.tasks()).toHaveLength(1);
  });

  it('goes on where a request died between its reservation and its record', async () => {
    const { provider, executions } = setUp();
    const run = input({ idempotencyKey: 'k' });
    await executions.run(run, context);
    const [first] = (await executions.list({ limit: 1 }, context)).executions as [ExecutionDocument];
    await provider.store.remove('executions', first.execution_id);
    expect((await executions.run(run, context)).execution_id).toBe(first.execution_id);
    expect(provider.control.tasks()).toHaveLength(1);
  });
});

describe('the end', () => {
  const line = (id: string, text: string) => ({ id, time: 1, stream: 'stdout' as const, text });

  it('publishes the final status only when the log is complete', async () => {
    const { provider, executions } = setUp();
    const { execution_id } = await executions.run(input(), context);
    const statuses: string[] = [];
    executions.onChange(execution_id, ({ status }) => statuses.push(status));
    provider.control.runTask(execution_id);
    await executions.refresh({ executionId: execution_id }, 'r');
    await provider.logs.append(execution_id, [line('1', 'a')], { end: true });
    provider.control.endTask(execution_id, { exitCode: 3 });
    const final = await executions.refresh({ executionId: execution_id }, 'r');
    expect(final).toMatchObject({ status: 'FAILED', exit_code: 3, logs_complete: true, reason: 'exited' });
    expect(final).not.toHaveProperty('logs_waited_seconds', expect.anything());
    expect(statuses).toEqual(['RUNNING', 'FAILED']);
  });

  it('fills the gaps from the archive, ends the log, and says how long it waited in vain', async () => {
    const { provider, executions } = setUp();
    const { execution_id } = await executions.run(input(), context);
    await provider.logs.append(execution_id, [line('1', 'a')]);
    provider.control.archives.set(execution_id, [line('1', 'a'), line('2', 'b')]);
    provider.control.endTask(execution_id, { exitCode: 0 });
    const final = await executions.refresh({ executionId: execution_id }, 'r');
    expect(final).toMatchObject({ status: 'SUCCEEDED', logs_complete: false, logs_waited_seconds: 30 });
    const page = await provider.logs.read(execution_id);
    expect(page.chunks.map(({ text }) => Buffer.from(text).toString()).join('')).toBe('a\nb\n');
    expect(page.ended).toBe(true);
  });

  it('is reached once when many see it at once', async () => {
    const { provider, executions } = setUp();
    const { execution_id } = await executions.run(input(), context);
    await provider.logs.append(execution_id, [], { end: true });
    provider.control.endTask(execution_id, { exitCode: 0 });
    let published = 0;
    executions.onChange(execution_id, () => published++);
    await Promise.all(Array.from({ length: 10 }, () => executions.refresh({ executionId: execution_id }, 'r')));
    expect(published).toBe(1);
  });

  it('is found by a mere read, by the reference of the task, and when every event was lost', async () => {
    const { provider, executions, clock } = setUp();
    const runs = await Promise.all([1, 2, 3].map(() => executions.run(input(), context)));
    for (const { execution_id } of runs) {
      await provider.logs.append(execution_id, [], { end: true });
      provider.control.endTask(execution_id, { exitCode: 0 });
    }
    clock.now += 10_000;
    const [read, referred, swept] = runs as [ExecutionDocument, ExecutionDocument, ExecutionDocument];
    expect(await executions.get(read.execution_id, context)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await executions.refresh({ ref: referred.task_ref! }, 'r')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await executions.refreshActive('r')).toEqual({ checked: 1, changed: [swept.execution_id] });
  });
});

describe('kill', () => {
  it('says so only when the cloud accepted it, and tries again when it did not', async () => {
    const { provider, executions } = setUp();
    const { execution_id } = await executions.run(input(), context);
    provider.control.fail('tasks.stop', new MemoryFailure('INTERNAL_ERROR'));
    expect(await executions.kill(execution_id, context).catch((error) => error.failure)).toBe('INTERNAL_ERROR');
    expect(await executions.get(execution_id, context)).toMatchObject({ status: 'TERMINATING' });
    await executions.refreshActive('r');
    await executions.refreshActive('r');
    expect(await executions.get(execution_id, context)).toMatchObject({ status: 'STOPPED', exit_code: 130 });
    expect(await executions.kill(execution_id, context)).toBeUndefined();
  });

  it('reaches a task that was still being started', async () => {
    const { provider, executions } = setUp();
    const { start } = provider.tasks;
    // The stop comes when the record is there and the task is not: the provider has nothing to stop yet.
    provider.tasks.start = async (spec, call) => {
      await executions.kill(spec.executionId, context);
      return start(spec, call);
    };
    const { execution_id } = await executions.run(input(), context);
    await executions.refreshActive('r');
    expect(await executions.get(execution_id, context)).toMatchObject({ status: 'STOPPED', exit_code: 130 });
  });

  it('does not overwrite an end that came first', async () => {
    const { provider, executions, clock } = setUp();
    const { execution_id } = await executions.run(input(), context);
    await provider.logs.append(execution_id, [], { end: true });
    provider.control.endTask(execution_id, { exitCode: 7 });
    clock.now += 60_000;
    expect(await executions.kill(execution_id, context)).toBeUndefined();
    expect(await executions.get(execution_id, context)).toMatchObject({ status: 'FAILED', exit_code: 7 });
  });

  it('is NOT_FOUND for an unknown execution', async () => {
    const { executions } = setUp();
    expect(await executions.kill('nope', context).catch(code)).toBe('NOT_FOUND');
  });
});

describe('timeouts', () => {
  it('are enforced here where the provider cannot, and recorded as 124', async () => {
    const { provider, executions, clock } = setUp();
    const { execution_id } = await executions.run(input({ timeoutSeconds: 10 }), context);
    provider.control.runTask(execution_id);
    await executions.refreshActive('r');
    clock.now += 9000;
    await executions.refreshActive('r');
    expect(await executions.get(execution_id, context)).toMatchObject({ status: 'RUNNING' });
    clock.now += 1000;
    await executions.refreshActive('r');
    await executions.refreshActive('r');
    expect(await executions.get(execution_id, context)).toMatchObject({
      status: 'FAILED',
      exit_code: 124,
      reason: 'timed-out',
    });
  });
});

describe('stream tokens', () => {
  it('open one execution, for a day, for a user who is still one', async () => {
    const { executions, clock, revoked } = setUp();
    const one = await executions.run(input(), context);
    const other = await executions.run(input(), context);
    const token = await executions.streamToken(one, context.principal);
    const opened = await executions.openStream(one.execution_id, token, 'r');
    expect(opened).toMatchObject({ execution: { execution_id: one.execution_id }, principal: context.principal });
    for (const [id, wrong] of [
      [other.execution_id, token],
      ['nope', token],
      [one.execution_id, ''],
      [one.execution_id, `${token}x`],
      [one.execution_id, token.replace(/^./, (first) => (first === 'a' ? 'b' : 'a'))],
    ] as const)
      expect(await executions.openStream(id, wrong, 'r').catch(code)).toBe('UNAUTHORIZED');
    revoked.add(context.principal.email);
    expect(await executions.openStream(one.execution_id, token, 'r').catch(code)).toBe('API_KEY_REVOKED');
    revoked.clear();
    clock.now += 24 * 3600 * 1000;
    expect(await executions.openStream(one.execution_id, token, 'r').catch(code)).toBe('UNAUTHORIZED');
  });

  it('are made for records of upstream, which have no key, the same by everyone', async () => {
    const { provider, executions } = setUp();
    const { execution_id } = await executions.run(input(), context);
    await provider.store.update('executions', execution_id, { unset: ['stream_key'] });
    const old = (await provider.store.get('executions', execution_id))!;
    const tokens = await Promise.all([1, 2].map(() => executions.streamToken(old, context.principal)));
    for (const token of tokens) await executions.openStream(execution_id, token, 'r');
  });
});

describe('list', () => {
  it('pages newest first through every filter, and refuses a cursor from elsewhere', async () => {
    const { provider, executions, clock } = setUp();
    for (let number = 0; number < 25; number++) {
      clock.now += 1000;
      const principal = { email: number % 2 ? 'bob@example.com' : 'ana@example.com', role: 'developer' };
      const { execution_id } = await executions.run(input(), { ...context, principal });
      if (number % 5 === 0) await provider.store.update('executions', execution_id, { set: { status: 'SUCCEEDED' } });
    }
    for (const filter of [
      {},
      { createdBy: 'bob@example.com' },
      { statuses: ['SUCCEEDED', 'BOGUS'] },
      { statuses: ['STARTING'], createdBy: 'ana@example.com' },
      { image: 'tool:1' },
      { since: 1_700_000_005_000, until: 1_700_000_015_000 },
    ]) {
      const all = (await executions.list({ ...filter, limit: 0 }, context)).executions;
      expect(all.length).toBeGreaterThan(2);
      const paged: ExecutionDocument[] = [];
      let cursor: string | undefined;
      do {
        const page = await executions.list({ ...filter, limit: 2, ...(cursor && { cursor }) }, context);
        paged.push(...page.executions);
        cursor = page.cursor;
      } while (cursor);
      expect(paged.map((execution) => execution.execution_id)).toEqual(all.map((execution) => execution.execution_id));
    }
    expect((await executions.list({ statuses: ['BOGUS'], limit: 10 }, context)).executions).toEqual([]);
    for (const cursor of ['x', '', 'MS5hLmI', Buffer.from('2.1.a').toString('base64url')])
      expect(await executions.list({ limit: 2, cursor }, context).catch(code)).toBe('INVALID_REQUEST');
  });
});
