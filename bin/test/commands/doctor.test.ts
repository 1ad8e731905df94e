import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli, temporaryFolder } from '../support/cli.ts';
import { type FakeServer, startFakeServer } from '../support/fake-server.ts';

let home: ReturnType<typeof temporaryFolder>;
let server: FakeServer | undefined;
beforeEach(() => {
  home = temporaryFolder();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  home.remove();
});

const findingsOf = (stdout: string) =>
  Object.fromEntries(
    (
      JSON.parse(stdout) as { findings: { edge: string; state: string; detail: string; remedy?: string }[] }
    ).findings.map(({ edge, ...finding }) => [edge, finding]),
  );

test('every edge of a deployment that works is found to work, and nothing is left behind', {
  timeout: 60_000,
}, async () => {
  const env = { RUNVOY_HOME: home.path, RUNVOY_LOCAL_RUNTIME: 'process' };
  const { code, stdout } = await runCli(['doctor', '--deploy', '--json'], { env });
  expect(Object.entries(findingsOf(stdout)).map(([edge, { state }]) => [edge, state])).toEqual([
    ['client → API', 'ok'],
    ['API → store', 'ok'],
    ['API → services of the cloud', 'ok'],
    ['API → secrets (and their key)', 'ok'],
    ['API → tasks', 'ok'],
    ['task → logs → processor → viewer', 'ok'],
    ['task → events → processor → store', 'ok'],
  ]);
  expect(code).toBe(0);
  const { stdout: secrets } = await runCli(['secrets', 'list', '--json'], { env });
  expect(JSON.parse(secrets).secrets).toEqual([]);
});

describe('what is broken is named, with a remedy', () => {
  const health = { status: 'ok', version: '1', provider: 'GCP', region: 'us-central1' };
  const issue = {
    resource_type: 'log_sink',
    resource_id: 'runvoy-logs',
    severity: 'error',
    message: 'it is missing and cannot be made: no output of runs arrives',
    action: 'requires_manual_intervention',
  };
  const report = {
    issues: [issue, { ...issue, severity: 'warning' }, { ...issue, action: 'repaired' }],
    reconciled_count: 1,
    error_count: 1,
  };
  const refused = { status: 500, body: { error: 'no', code: 'PERMISSION_DENIED', details: 'the cloud refused' } };

  const run = async (routes: Parameters<typeof startFakeServer>[0]) => {
    server = await startFakeServer({
      'GET /api/v1/health': { body: health },
      'GET /api/v1/whoami': { body: { email: 'a@b.c', role: 'admin' } },
      'POST /api/v1/health/reconcile': { body: { status: 'ok', report } },
      'POST /api/v1/secrets': refused,
      'POST /api/v1/run': refused,
      ...routes,
    });
    const env = { RUNVOY_HOME: home.path, RUNVOY_API_ENDPOINT: server.url, RUNVOY_API_KEY: 'key' };
    return runCli(['doctor', '--deploy', '--patience', '1s', '--json'], { env });
  };

  test('edges that the server itself finds broken, and those that cannot be tried', async () => {
    const { code, stdout } = await run({});
    const findings = findingsOf(stdout);
    expect(code).toBe(253);
    expect(findings['log_sink runvoy-logs']).toMatchObject({
      state: 'broken',
      remedy: expect.stringContaining('infra apply'),
    });
    expect(findings['API → secrets (and their key)']).toMatchObject({ state: 'broken' });
    expect(findings['API → tasks']).toMatchObject({ state: 'broken' });
    expect(findings['task → events → processor → store']).toMatchObject({ state: 'not checked' });
  });

  test('a line that does not arrive, and an end that is not noticed', async () => {
    const { stdout } = await run({
      'POST /api/v1/run': { body: { execution_id: 'e1', status: 'STARTING' } },
      'GET /api/v1/executions/e1/logs': { body: { events: [], status: 'SUCCEEDED', execution_id: 'e1' } },
      'GET /api/v1/executions/e1/status': { body: { execution_id: 'e1', status: 'RUNNING', exit_code: null } },
    });
    const findings = findingsOf(stdout);
    expect(findings['task → logs → processor → viewer']).toMatchObject({
      state: 'broken',
      remedy: expect.stringContaining('sink'),
    });
    expect(findings['task → events → processor → store']).toMatchObject({
      state: 'broken',
      remedy: expect.stringContaining('dead letters'),
    });
  });

  test('without a server there is one finding', async () => {
    const env = { RUNVOY_HOME: home.path, RUNVOY_API_ENDPOINT: 'http://127.0.0.1:1', RUNVOY_API_KEY: 'key' };
    const { code, stdout } = await runCli(['doctor', '--deploy', '--json'], { env });
    expect(Object.keys(findingsOf(stdout))).toEqual(['client → API']);
    expect(code).toBe(253);
  });
});
