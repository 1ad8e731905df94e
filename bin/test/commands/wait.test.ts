import { afterEach, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { using } from '../support/execution.ts';
import { type Answer, type FakeServer, startFakeServer } from '../support/fake-server.ts';

let server: FakeServer;
afterEach(() => server.close());

const answer = (status: string, exit_code: number | null): Answer => ({
  body: { execution_id: 'x', status, command: 'c', image_id: 'i', started_at: '2026-11-23T12:00:00Z', exit_code },
});

it('asks again, also when the server is away for a moment, and exits with the code of the first that failed', async () => {
  const answers: Answer[] = [
    answer('RUNNING', null),
    { status: 503, body: { error: 'down', code: 'SERVICE_UNAVAILABLE' } },
    answer('FAILED', 4),
  ];
  server = await startFakeServer({
    'GET /api/v1/executions/a/status': answer('SUCCEEDED', 0),
    'GET /api/v1/executions/b/status': () => answers.shift()!,
    'GET /api/v1/executions/c/status': answer('FAILED', 5),
  });
  expect(await runCli(['wait', 'a', 'b', 'c'], { env: using(server) })).toMatchObject({ code: 4 });
  expect(answers).toEqual([]);
});

it('gives up with 254 after --timeout', async () => {
  server = await startFakeServer({ 'GET /api/v1/executions/a/status': answer('RUNNING', null) });
  const { code, stderr } = await runCli(['wait', 'a', '--timeout', '300ms'], { env: using(server) });
  expect(code).toBe(254);
  expect(stderr).toContain('Not ended after 300 ms: x');
});

it('does not wait for what does not exist', async () => {
  server = await startFakeServer({});
  expect((await runCli(['wait', 'a'], { env: using(server) })).code).toBe(252);
});
