import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli, watchCli } from '../support/cli.ts';
import { executionId } from '../support/execution.ts';
import { type Answer, type FakeServer, startFakeServer } from '../support/fake-server.ts';

const execution = {
  execution_id: executionId,
  created_by: 'ana@example.com',
  owned_by: ['ana@example.com'],
  command: 'make test',
  image_id: 'alpine:latest-c5c74c0e',
  started_at: '2026-11-23T12:00:00Z',
  completed_at: '2026-11-23T12:00:05Z',
  status: 'FAILED',
  exit_code: 2,
  duration_seconds: 5,
  created_by_request_id: 'r1',
  modified_by_request_id: 'r1',
};
const image = {
  image_id: 'alpine:latest-c5c74c0e',
  image: 'alpine',
  is_default: true,
  image_registry: '',
  owned_by: [],
  created_at: '2026-11-23T12:00:00Z',
  created_by_request_id: '',
  modified_by_request_id: '',
  cpu: 256,
  memory: 512,
};
const secret = {
  name: 'db',
  key_name: 'DB',
  value: 'two\nlines',
  created_by: 'ana@example.com',
  owned_by: [],
  created_at: '2026-11-23T12:00:00Z',
  updated_at: '2026-11-23T12:00:00Z',
  updated_by: 'ana@example.com',
  created_by_request_id: '',
  modified_by_request_id: '',
};
const user = {
  email: 'ana@example.com',
  role: 'developer',
  created_at: '2026-11-23T12:00:00Z',
  revoked: false,
  created_by_request_id: '',
  modified_by_request_id: '',
};
const counts = {
  total_resources: 1,
  verified_count: 1,
  recreated_count: 0,
  tag_updated_count: 0,
  orphaned_count: 0,
  orphaned_resources: [],
};
const report = {
  timestamp: '2026-11-23T12:00:00Z',
  compute_status: counts,
  secrets_status: {
    total_secrets: 0,
    verified_count: 0,
    tag_updated_count: 0,
    missing_count: 0,
    orphaned_count: 1,
    orphaned_parameters: ['old'],
  },
  identity_status: { default_roles_verified: true, custom_roles_verified: 0, custom_roles_total: 0, missing_roles: [] },
  authorizer_status: {
    users_with_invalid_roles: [],
    users_with_missing_roles: [],
    resources_with_missing_owners: [],
    orphaned_ownerships: [],
    missing_ownerships: [],
    total_users_checked: 0,
    total_resources_checked: 0,
  },
  issues: [
    {
      resource_type: 'secret',
      resource_id: 'old',
      severity: 'warning',
      message: 'nobody knows it',
      action: 'reported',
    },
  ],
  reconciled_count: 0,
  error_count: 0,
};

const refuse = (status: number, code: string, extra: object = {}): Answer => ({
  status,
  headers: { 'x-request-id': 'req-1' },
  body: { error: 'failed to do it', code, details: '100%s wrong', ...extra },
});

let server: FakeServer;
let env: Record<string, string>;
beforeAll(async () => {
  server = await startFakeServer({
    'GET /api/v1/health': { body: { status: 'ok', version: '9.9.9', provider: 'AWS', region: 'us-east-1' } },
    'GET /api/v1/whoami': { body: { email: 'ana@example.com', role: 'developer', provider: 'AWS', version: '9.9.9' } },
    'GET /api/v1/executions': { body: [execution], headers: { 'x-next-cursor': 'next' } },
    [`GET /api/v1/executions/${executionId}/status`]: { body: { ...execution, reason: 'exited' } },
    [`DELETE /api/v1/executions/${executionId}`]: {
      body: { execution_id: executionId, message: 'Execution termination initiated' },
    },
    'DELETE /api/v1/executions/over': { status: 204 },
    'GET /api/v1/images': { body: { images: [image] } },
    'POST /api/v1/images/register': {
      status: 201,
      body: {
        image: 'alpine',
        image_id: image.image_id,
        message: 'Image registered successfully',
        notes: ['memory raised to 1024 MiB'],
      },
    },
    'GET /api/v1/images/a/b:1': { body: image },
    'DELETE /api/v1/images/alpine:latest-c5c74c0e': {
      body: { image: 'alpine:latest-c5c74c0e', message: 'Image removed successfully' },
    },
    'GET /api/v1/secrets': { body: { secrets: [{ ...secret, value: undefined }], total: 1 } },
    'POST /api/v1/secrets': { status: 201, body: { message: 'Secret created successfully' } },
    'GET /api/v1/secrets/db': { body: { secret } },
    'PUT /api/v1/secrets/db': { body: { message: 'Secret updated successfully' } },
    'DELETE /api/v1/secrets/db': { body: { name: 'db', message: 'Secret deleted successfully' } },
    'GET /api/v1/users/': { body: { users: [user, { ...user, email: 'bob@example.com', revoked: true }] } },
    'POST /api/v1/users/create': { status: 201, body: { user, claim_token: 'token-1' } },
    'POST /api/v1/users/rotate': { body: { user, claim_token: 'token-2' } },
    'POST /api/v1/users/role': { body: { ...user, role: 'operator' } },
    'POST /api/v1/users/revoke': { body: { message: 'user API key revoked successfully', email: user.email } },
    'POST /api/v1/health/reconcile': { body: { status: 'ok', report } },
    'GET /api/v1/trace/r1': {
      body: {
        logs: [{ event_id: 'e', timestamp: 0, message: 'served' }],
        related_resources: { executions: [execution] },
      },
    },
    'GET /api/v1/executions/e401/status': refuse(401, 'INVALID_API_KEY'),
    'GET /api/v1/executions/e403/status': refuse(403, 'FORBIDDEN'),
    'GET /api/v1/executions/e400/status': refuse(400, 'INVALID_REQUEST', { field: 'limit', remedy: 'Write a number.' }),
    'GET /api/v1/executions/e409/status': refuse(409, 'CONFLICT'),
    'GET /api/v1/executions/e429/status': refuse(429, 'RATE_LIMITED'),
    'GET /api/v1/executions/e500/status': refuse(500, 'INTERNAL_ERROR'),
    'GET /api/v1/executions/e503/status': refuse(503, 'CAPACITY_EXCEEDED'),
    'GET /api/v1/executions/e502/status': { status: 502, body: '<html>Bad Gateway</html>' },
    'GET /api/v1/executions/html/status': { body: '<html>' },
  });
  env = { RUNVOY_API_ENDPOINT: server.url, RUNVOY_API_KEY: 'k', RUNVOY_HOME: '/nonexistent' };
});
afterAll(() => server.close());

const lastRequest = () => server.requests.at(-1)!;

const everyCommand: [args: string[], shown: string][] = [
  [['status', executionId], 'FAILED'],
  [['kill', executionId], 'Execution termination initiated'],
  [['list'], 'make test'],
  [['wait', executionId], `${executionId}  FAILED  2`],
  [['trace', 'r1'], 'served'],
  [['whoami'], 'ana@example.com'],
  [['version'], '9.9.9'],
  [['images', 'list'], 'alpine:latest-c5c74c0e'],
  [['images', 'register', 'alpine'], 'Image registered successfully'],
  [['images', 'show', 'a/b:1'], '512'],
  [['images', 'unregister', 'alpine:latest-c5c74c0e'], 'Image removed successfully'],
  [['secrets', 'list'], 'db'],
  [['secrets', 'create', 'db', 'DB', 'v'], 'Secret created successfully'],
  [['secrets', 'get', 'db'], 'Value: two\nlines\n'],
  [['secrets', 'update', 'db', '--description', 'x'], 'Secret updated successfully'],
  [['secrets', 'delete', 'db'], 'Secret deleted successfully'],
  [['users', 'list'], 'Revoked'],
  [['users', 'create', 'ana@example.com', '--role', 'developer'], 'token-1'],
  [['users', 'rotate', 'ana@example.com'], 'token-2'],
  [['users', 'role', 'ana@example.com', 'operator'], 'operator'],
  [['users', 'revoke', 'ana@example.com'], 'revoked successfully'],
  [['health', 'reconcile'], 'nobody knows it'],
  [['playbook', 'list'], ''],
];

describe.concurrent('every command', () => {
  it.each(everyCommand)('%j shows its result on standard output', async (args, shown) => {
    const { code, stdout } = await runCli(args, { env });
    expect(stdout).toContain(shown);
    expect(code).toBe(args[0] === 'wait' ? 2 : 0);
  });

  it.each(everyCommand)('%j prints one JSON value with --json', async (args) => {
    const { stdout } = await runCli([...args, '--json'], { env });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
  });
});

describe('requests', () => {
  it.each([
    [['list', '--limit', '0', '--status', 'running, failed'], '/api/v1/executions?limit=0&status=RUNNING%2CFAILED'],
    [
      ['list', '--created-by', 'a@b', '--image', 'i', '--since', '2026-01-01', '--cursor', 'c'],
      '/api/v1/executions?limit=10&created_by=a%40b&image=i&since=2026-01-01T00%3A00%3A00.000Z&cursor=c',
    ],
    [['images', 'show', 'a/b:1'], '/api/v1/images/a/b%3A1'],
  ])('%j asks for %s', async (args, path) => {
    await runCli(args, { env });
    expect(lastRequest().path).toBe(path);
  });

  it.each([
    [[], { image: 'alpine' }],
    [['--set-default'], { image: 'alpine', is_default: true }],
    [['--set-default=false'], { image: 'alpine', is_default: false }],
    [
      [
        '--task-role',
        't',
        '--task-exec-role',
        'e',
        '--cpu',
        '512',
        '--memory',
        '1024',
        '--runtime-platform',
        'Linux/X86_64',
      ],
      {
        image: 'alpine',
        task_role_name: 't',
        task_execution_role_name: 'e',
        cpu: 512,
        memory: 1024,
        runtime_platform: 'Linux/X86_64',
      },
    ],
  ])('images register alpine %j sends only what was given', async (flags, body) => {
    const { stderr } = await runCli(['images', 'register', ...flags, 'alpine'], { env });
    expect(lastRequest().body).toEqual(body);
    expect(stderr).toBe('⚠ memory raised to 1024 MiB\n');
  });

  it('reads the value of a secret from standard input, without the last line break', async () => {
    await runCli(['secrets', 'create', 'db', 'DB'], { env, input: 'line 1\nline 2\n' });
    expect(lastRequest().body).toEqual({ name: 'db', key_name: 'DB', value: 'line 1\nline 2' });
    await runCli(['secrets', 'update', 'db', '--value', '-'], { env, input: 'new' });
    expect(lastRequest().body).toEqual({ value: 'new' });
  });

  it('says that an execution had ended', async () => {
    expect(JSON.parse((await runCli(['kill', 'over', '--json'], { env })).stdout)).toMatchObject({ killed: false });
  });
});

describe('failures', () => {
  it.each([
    ['e401', 251, 'INVALID_API_KEY', 401],
    ['e403', 251, 'FORBIDDEN', 403],
    ['nowhere', 252, 'NOT_FOUND', 404],
    ['e400', 252, 'INVALID_REQUEST', 400],
    ['e409', 252, 'CONFLICT', 409],
    ['e429', 253, 'RATE_LIMITED', 429],
    ['e500', 253, 'INTERNAL_ERROR', 500],
    ['e503', 253, 'CAPACITY_EXCEEDED', 503],
    ['e502', 250, 'SERVICE_UNAVAILABLE', 502],
  ])('%s exits with %d', async (id, exitCode, code, status) => {
    const { code: shown, stdout, stderr } = await runCli(['--json', 'status', id], { env });
    expect(shown).toBe(exitCode);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ code, status, exit_code: exitCode });
  });

  it('shows status, message, field, remedy and request id, and takes nothing in them for a format', async () => {
    const { stderr } = await runCli(['status', 'e400'], { env });
    expect(stderr).toBe(
      '✗ [400] failed to do it: 100%s wrong\n  Field: limit\n  → Write a number.\n  Request ID: req-1\n',
    );
  });

  it('exits with 250 when nobody answers', async () => {
    const { code, stderr } = await runCli(['list'], { env: { ...env, RUNVOY_API_ENDPOINT: 'http://127.0.0.1:1' } });
    expect(code).toBe(250);
    expect(stderr).toContain('cannot reach http://127.0.0.1:1');
  });

  it('exits with 250 when the answer is not that of runvoy', async () => {
    expect((await runCli(['status', 'html'], { env })).code).toBe(250);
  });

  it('exits with 250 when a request takes longer than --timeout; 0 means for ever', async () => {
    const slow = await startFakeServer({
      'GET /api/v1/executions': () => new Promise((resolve) => setTimeout(() => resolve({ body: [] }), 700)),
    });
    const slowEnv = { ...env, RUNVOY_API_ENDPOINT: slow.url };
    try {
      const { code, stderr } = await runCli(['list', '--timeout', '200ms'], { env: slowEnv });
      expect({ code, stderr }).toMatchObject({
        code: 250,
        stderr: expect.stringContaining('did not answer within 200 ms'),
      });
      expect((await runCli(['--timeout', '0', 'list'], { env: slowEnv })).code).toBe(0);
    } finally {
      await slow.close();
    }
  });

  it('exits with 251 when there is no key, before it asks', async () => {
    const before = server.requests.length;
    const { code, stderr } = await runCli(['list'], { env: { ...env, RUNVOY_API_KEY: '' } });
    expect(code).toBe(251);
    expect(stderr).toContain('runvoy claim');
    expect(server.requests.length).toBe(before);
  });

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['list', '--limit', '-1'], '--limit must be a whole number, not negative: "-1"'],
    [['logs', 'x', '--tail', 'many'], '--tail is not a number of lines'],
    [['logs', 'x', '--output', 'xml'], 'Allowed choices are raw, text, json'],
    [['users', 'create', 'a@b'], "required option '--role <role>' not specified"],
    [['secrets', 'update', 'db'], 'there is nothing to change'],
    [['images', 'register', 'x', '--cpu', 'two'], '--cpu is not a whole number'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [['help', 'nonsense'], 'there is no help on "nonsense"'],
    [['playbook', 'show', 'nonsense'], 'playbook not found: nonsense'],
  ])('%j exits with 252 and says how to do it right', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args, { env });
    expect({ code, stdout }).toEqual({ code: 252, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('\n  → ');
    expect(stderr).not.toContain('    at ');
    expect(JSON.parse((await runCli(['--json', ...args], { env })).stderr)).toMatchObject({ exit_code: 252 });
  });

  it('shows where an error comes from with --debug only', async () => {
    expect((await runCli(['--debug', 'status', 'e400'], { env })).stderr).toContain('    at ');
  });
});

describe('output that cannot be written', () => {
  it('is a failure: half a result is none', async () => {
    const full = openSync('/dev/full', 'w');
    try {
      const { code, stderr } = await watchCli(startCli(['list'], { env, stdio: ['ignore', full, 'pipe'] })).result;
      expect(code).toBe(253);
      expect(stderr).toContain('✗ standard output cannot be written: ENOSPC');
    } finally {
      closeSync(full);
    }
  });
});
