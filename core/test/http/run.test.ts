import { expect, test } from 'vitest';
import { RunvoyError } from '../../src/provider.ts';
import { createTestApi, registerImage, run } from './support.ts';

test('a run is accepted with upstream’s answer', async () => {
  const api = await createTestApi();
  const image = await registerImage(api);
  const answer = await api.call('POST', '/api/v1/run', {
    body: { command: 'echo hello', image: 'alpine', timeout: 60 },
  });
  expect(answer.status).toBe(202);
  const id = answer.json.execution_id;
  expect(answer.json).toEqual({
    execution_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    log_url: '',
    status: 'STARTING',
    command: 'echo hello',
    image_id: image,
    websocket_url: expect.stringMatching(new RegExp(`^ws://runvoy\\.test/stream\\?execution_id=${id}&token=[\\w.-]+$`)),
  });
  expect(api.provider.control.tasks()).toMatchObject([
    { executionId: id, command: { shell: 'echo hello' }, timeoutSeconds: 60, createdBy: 'admin@example.com' },
  ]);
});

test('the token in the URL opens the stream of this execution', async () => {
  const api = await createTestApi();
  await registerImage(api);
  const { json } = await api.call('POST', '/api/v1/run', { as: 'developer', body: { command: 'true' } });
  const url = new URL(json.websocket_url);
  const opened = await api.runvoy.executions.openStream(
    url.searchParams.get('execution_id')!,
    url.searchParams.get('token')!,
    'request-id',
  );
  expect(opened.principal.email).toBe('developer@example.com');
});

test('the stream’s URL follows the public URL, or what the request says of itself', async () => {
  const urlOf = async (publicUrl: string | undefined, headers: Record<string, string> = {}) => {
    const api = await createTestApi({ settings: publicUrl === undefined ? {} : { publicUrl } });
    await registerImage(api);
    const { json } = await api.call('POST', '/api/v1/run', { body: { command: 'true' }, headers });
    return json.websocket_url.split('?')[0];
  };
  expect(await urlOf('https://runvoy.example.com')).toBe('wss://runvoy.example.com/stream');
  expect(await urlOf('http://10.0.0.1:8080/base/')).toBe('ws://10.0.0.1:8080/base/stream');
  expect(await urlOf(undefined)).toBe('ws://runvoy.test/stream');
  expect(await urlOf(undefined, { 'X-Forwarded-Proto': 'https' })).toBe('wss://runvoy.test/stream');
  expect(await urlOf(undefined, { 'X-Forwarded-Proto': 'https, http' })).toBe('wss://runvoy.test/stream');
});

test('without a token there is no URL, and the run goes on', async () => {
  const api = await createTestApi({
    change: (runvoy) => ({
      ...runvoy,
      executions: {
        ...runvoy.executions,
        streamToken: () => Promise.reject(new RunvoyError('DATABASE_ERROR', 'no')),
      },
    }),
  });
  await registerImage(api);
  const answer = await api.call('POST', '/api/v1/run', { body: { command: 'true' } });
  expect(answer.status).toBe(202);
  expect(answer.json).not.toHaveProperty('websocket_url');
  expect(api.logged.some(({ level, message }) => level === 'warn' && message.includes('token'))).toBe(true);
});

test('argv, stdin, env, secrets and git reach the task as they were sent', async () => {
  const api = await createTestApi();
  await registerImage(api);
  await api.call('POST', '/api/v1/secrets', { body: { name: 's', key_name: 'TOKEN', value: 'tok' } });
  const answer = await api.call('POST', '/api/v1/run', {
    body: {
      argv: ['printf', '%s', 'a b', ''],
      env: { FOO: 'bar' },
      secrets: [' s '],
      stdin: Buffer.from([0, 255, 10]).toString('base64'),
      git_repo: 'https://github.com/acme/x',
      git_ref: 'v1',
      git_path: 'sub',
    },
  });
  expect(answer.status).toBe(202);
  expect(answer.json.command).toBe("printf %s 'a b' ''");
  const [task] = api.provider.control.tasks();
  expect(task).toMatchObject({
    command: { argv: ['printf', '%s', 'a b', ''] },
    env: { FOO: 'bar' },
    secretEnv: { TOKEN: 'tok' },
    git: { url: 'https://github.com/acme/x', ref: 'v1', path: 'sub' },
  });
  expect([...task!.stdin!]).toEqual([0, 255, 10]);
});

test('what cannot be run is refused, and nothing is started', async () => {
  const api = await createTestApi();
  await registerImage(api);
  const run = { command: 'true' };
  const cases: [body: unknown, status: number, error: string, code: string, field: string, details: RegExp][] = [
    [{}, 400, 'failed to run command', 'INVALID_REQUEST', 'command', /^command is required/],
    [{ command: '' }, 400, 'failed to run command', 'INVALID_REQUEST', 'command', /^command is required/],
    [{ command: ' \n ' }, 400, 'failed to run command', 'INVALID_REQUEST', 'command', /^command is required/],
    [{ argv: [] }, 400, 'failed to run command', 'INVALID_REQUEST', 'argv', /argv/],
    [{ ...run, argv: ['x'] }, 400, 'failed to run command', 'INVALID_REQUEST', 'argv', /both/],
    [
      { command: 7 },
      400,
      'failed to run command',
      'INVALID_REQUEST',
      'command',
      /command must be a string, not a number/,
    ],
    [{ command: 'a\0b' }, 400, 'failed to run command', 'INVALID_REQUEST', 'command', /NUL/],
    [{ ...run, timeout: 0 }, 400, 'failed to run command', 'INVALID_REQUEST', 'timeout', /at least 1 second/],
    [{ ...run, timeout: -5 }, 400, 'failed to run command', 'INVALID_REQUEST', 'timeout', /at least 1 second/],
    [{ ...run, timeout: 8 * 86_400 }, 400, 'failed to run command', 'INVALID_REQUEST', 'timeout', /week/],
    [{ ...run, timeout: 1.5 }, 400, 'failed to run command', 'INVALID_REQUEST', 'timeout', /whole number/],
    [
      { ...run, timeout: '60' },
      400,
      'failed to run command',
      'INVALID_REQUEST',
      'timeout',
      /timeout must be a (whole )?number, not a string/,
    ],
    [
      { ...run, env: { 'BAD-NAME': 'x' } },
      400,
      'failed to run command',
      'INVALID_REQUEST',
      'env.BAD-NAME',
      /environment variable name/,
    ],
    [
      { ...run, env: { A: 1 } },
      400,
      'failed to run command',
      'INVALID_REQUEST',
      'env.A',
      /env\.A must be a string, not a number/,
    ],
    [
      { ...run, env: [] },
      400,
      'failed to run command',
      'INVALID_REQUEST',
      'env',
      /env must be an object, not an array/,
    ],
    [
      { ...run, secrets: ['ok', ' '] },
      400,
      'failed to run command',
      'INVALID_REQUEST',
      'secrets[1]',
      /secrets\[1\] cannot be empty/,
    ],
    [{ ...run, stdin: '%%%' }, 400, 'failed to run command', 'INVALID_REQUEST', 'stdin', /base64/],
    [{ ...run, git_repo: 'nonsense' }, 400, 'failed to run command', 'INVALID_REQUEST', 'git_repo', /git_repo/],
    [{ ...run, image: 'busybox' }, 404, 'failed to resolve image', 'NOT_FOUND', 'image', /image not found: busybox/],
    [{ ...run, secrets: ['nope'] }, 404, 'failed to run command', 'SECRET_NOT_FOUND', 'secrets', /nope/],
  ];
  for (const [body, status, error, code, field, details] of cases) {
    const answer = await api.call('POST', '/api/v1/run', { body });
    expect([body, answer.status, answer.json.error, answer.json.code]).toEqual([body, status, error, code]);
    expect(answer.json.field).toBe(field);
    expect(answer.json.details).toMatch(details);
  }
  expect(api.provider.control.tasks()).toEqual([]);
  expect((await api.call('GET', '/api/v1/executions')).json).toEqual([]);
});

test('every problem of a body is told at once', async () => {
  const api = await createTestApi();
  const { json } = await api.call('POST', '/api/v1/run', { body: { command: 1, timeout: 0, env: { '1A': 'x' } } });
  expect(json.field).toBe('command');
  for (const part of ['command must be a string', 'timeout must be at least', 'env.1A is not an environment'])
    expect(json.details).toContain(part);
});

test('without an image and without a default one', async () => {
  const api = await createTestApi();
  const answer = await api.call('POST', '/api/v1/run', { body: { command: 'true' } });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ error: 'failed to resolve image', code: 'INVALID_REQUEST', field: 'image' });
  expect(answer.json.details).toMatch(/no default image/);
});

test('who may not use an image or a secret is told which', async () => {
  const api = await createTestApi();
  const image = await registerImage(api);
  await api.call('POST', '/api/v1/secrets', { body: { name: 's1', key_name: 'S1', value: 'v' } });
  const { allows } = api.runvoy.access;
  let refused = '/images/';
  api.runvoy.access.allows = (principal, object, action, owners) =>
    !(action === 'use' && object.includes(refused)) && allows(principal, object, action, owners);

  const noImage = await api.call('POST', '/api/v1/run', {
    as: 'developer',
    body: { command: 'true', image: 'alpine:latest' },
  });
  expect(noImage.status).toBe(403);
  expect(noImage.json).toMatchObject({
    error: 'forbidden',
    code: 'FORBIDDEN',
    details: `you do not have permission to execute with image "alpine:latest" (resolved to ${image})`,
  });
  refused = '/secrets/';
  const noSecret = await api.call('POST', '/api/v1/run', {
    as: 'developer',
    body: { command: 'true', secrets: ['s1'] },
  });
  expect(noSecret.status).toBe(403);
  expect(noSecret.json).toMatchObject({
    error: 'forbidden',
    code: 'FORBIDDEN',
    details: 'you do not have permission to use secret "s1"',
  });
  expect(api.provider.control.tasks()).toEqual([]);
});

test('an idempotency key: same body, same execution; another body, conflict; not a key, 400', async () => {
  const api = await createTestApi();
  await registerImage(api);
  const send = (command: string, key: string) =>
    api.call('POST', '/api/v1/run', { body: { command }, headers: { 'Idempotency-Key': key } });
  const first = await send('true', 'key-1');
  const second = await send('true', 'key-1');
  expect(second.status).toBe(202);
  expect(second.json.execution_id).toBe(first.json.execution_id);
  expect(api.provider.control.tasks()).toHaveLength(1);

  const other = await send('false', 'key-1');
  expect(other.status).toBe(409);
  expect(other.json).toMatchObject({ error: 'failed to run command', code: 'CONFLICT' });

  for (const bad of ['', 'x'.repeat(256), 'with space', 'é']) {
    const answer = await send('true', bad);
    expect([bad, answer.status, answer.json.field]).toEqual([bad, 400, 'Idempotency-Key']);
  }
});

test('a start that the cloud refuses is told with its code', async () => {
  const api = await createTestApi();
  await registerImage(api);
  api.provider.control.fail(
    'tasks.start',
    new RunvoyError('CAPACITY_EXCEEDED', 'no capacity', { retryAfterSeconds: 30 }),
  );
  const answer = await api.call('POST', '/api/v1/run', { body: { command: 'true' } });
  expect(answer.status).toBe(503);
  expect(answer.json).toMatchObject({ error: 'failed to run command', code: 'CAPACITY_EXCEEDED' });
  expect(answer.headers.get('retry-after')).toBe('30');
  expect((await api.call('GET', '/api/v1/executions')).json[0]).toMatchObject({
    status: 'FAILED',
    reason: 'start-failed',
  });
});

test('field names count in any case, null and unknown fields not at all, nor what follows the first value', async () => {
  const api = await createTestApi();
  await registerImage(api);
  const answer = await api.call('POST', '/api/v1/run', {
    rawBody: '  {"Command":"true","ENV":{"Path":"x"},"image":null,"git_repo":"","nonsense":[1]} trailing {garbage',
    headers: { 'Content-Type': 'text/plain' },
  });
  expect(answer.status).toBe(202);
  expect(api.provider.control.tasks()[0]).toMatchObject({ command: { shell: 'true' }, env: { Path: 'x' } });
});

test('runs are listed for their creator', async () => {
  const api = await createTestApi();
  await registerImage(api);
  const id = await run(api, 'developer');
  expect((await api.call('GET', '/api/v1/executions?created_by=developer@example.com')).json[0].execution_id).toBe(id);
  expect((await api.call('GET', '/api/v1/executions?created_by=admin@example.com')).json).toEqual([]);
});
