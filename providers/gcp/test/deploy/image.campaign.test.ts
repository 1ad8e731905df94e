import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunningServer, startServer } from '@runvoy/core';
import { freePort } from '@runvoy/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { buildRelease } from '../../../../.ci/release/build-release.ts';
import { lay } from '../../dev/lay.ts';
import plugin from '../../src/index.ts';
import { useDeployment } from '../support/deployment.ts';
import { openDockerEngine } from '../support/docker-engine.ts';
import { nodeImage } from '../support/node-image.ts';

const engine = await openDockerEngine();
if (!engine) console.warn('NOT CHECKED: the release’s image (no Docker engine answers, and none can be started here)');

const root = resolve(import.meta.dirname, '../../../..');
const image = 'runvoy-test/server';
const official = 'docker.io/library/node:24-alpine';
/** As the Terraform module starts it, and one process only. */
const limits = ['--read-only', '--memory=512m', '--pids-limit=64', '--cap-drop=ALL', '--network=host'];
const builtins = { gcp: async () => ({ default: plugin }) };

describe.skipIf(!engine)('the image of the release', () => {
  const deployment = useDeployment();
  let folder: string;
  let base: string;
  const docker = (words: readonly string[]) => engine!.docker(words);
  let container = '';
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'runvoy-release-'));
    await buildRelease({ root, output: folder, version: '1.2.3' });
    base = nodeImage(engine!, official);
    docker(['build', '--build-arg', `BASE=${base}`, '--tag', image, join(folder, 'image')]);
  }, 120_000);
  afterEach(() => {
    if (container) docker(['rm', '--force', '--volumes', container]);
  });
  afterAll(async () => {
    docker(['rmi', '--force', image, ...(base === official ? [] : [base])]);
    await engine!.close();
    rmSync(folder, { recursive: true });
  });

  /** Settings of a server of this role, on a port of this machine. */
  async function settingsOf(role: string): Promise<Record<string, string>> {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const { PATH: _path, ...env } = deployment.env;
    return {
      ...env,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_ROLE: role,
      RUNVOY_HOST: '127.0.0.1',
      RUNVOY_PORT: String(port),
      RUNVOY_PUBLIC_URL: url,
      RUNVOY_GCP_PROCESSOR_URL: url,
    };
  }

  function start(env: Record<string, string>): void {
    const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
    container = docker(['run', '--detach', ...limits, '--health-interval=1s', ...variables, image]);
  }

  const inspect = (format: string) => docker(['inspect', '--format', format, container]);
  const logs = () => engine!.logs(container);
  const untilHealthy = () =>
    vi.waitUntil(() => inspect('{{.State.Health.Status}}') === 'healthy', { timeout: 30_000, interval: 200 });

  test.each(['orchestrator', 'processor', 'websocket'])(
    'is healthy as %s, and ends when it is told to',
    async (role) => {
      start(await settingsOf(role));
      await untilHealthy();
      expect(docker(['stop', '-t', '10', container])).toBe(container);
      // Had it not ended within the ten seconds that Cloud Run gives, too, it would be 137.
      expect(inspect('{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe('0 false');
    },
  );

  test('is one process of nobody in particular, that can write nothing', async () => {
    start(await settingsOf('all'));
    await untilHealthy();
    expect(docker(['top', container, '-o', 'pid,uid,args']).split('\n').slice(1)).toEqual([
      expect.stringMatching(/^\s*\d+\s+1000\s+node \/app\/server\.cjs$/),
    ]);
    const writing = `for (const path of ['/app', '/tmp', '/'])
      try { require('fs').writeFileSync(path + '/x', ''); console.log(path) } catch ({ code }) { console.log(code) }`;
    expect(docker(['exec', container, 'node', '-e', writing]).split('\n')).toEqual(
      Array(3).fill(expect.stringMatching(/^(EROFS|EACCES|ENOENT)$/)),
    );
    expect(docker(['diff', container])).toBe('');
  });

  test('begins with code that was compiled when it was built', async () => {
    start({ ...(await settingsOf('all')), NODE_DEBUG_NATIVE: 'COMPILE_CACHE' });
    await untilHealthy();
    expect(logs()).toMatch(/cache for CommonJS \/app\/server\.cjs was accepted/);
  });

  test('says what is wrong with its settings, and ends', async () => {
    const { RUNVOY_GCP_REGION: _region, ...env } = await settingsOf('all');
    start(env);
    expect(docker(['wait', container])).toBe('1');
    expect(logs()).toContain('RUNVOY_GCP_REGION is required');
  });

  test('runs a command, and lets go of viewers when it is told to end', { timeout: 90_000 }, async () => {
    const env = await settingsOf('all');
    await lay(env);
    const admin = await administrator(env);
    start(env);
    await untilHealthy();
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { 'x-api-key': admin, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      return (await fetch(`${url}/api/v1${path}`, init)).json() as Promise<Record<string, never>>;
    };
    const finished = async (id: string) => (await ask('GET', `/executions/${id}/status`)).status === 'SUCCEEDED';

    const { execution_id: id } = await ask('POST', '/run', { command: 'echo from an image' });
    await vi.waitUntil(() => finished(id!), { timeout: 60_000, interval: 300 });
    expect(await ask('GET', `/executions/${id}/logs`)).toMatchObject({
      events: [{ message: 'from an image', stream: 'stdout' }],
      logs_complete: true,
    });

    const running = await ask('POST', '/run', { command: 'echo begun; sleep 60' });
    const socket = new WebSocket(String(running.websocket_url));
    const closed = new Promise<number>((done) => socket.once('close', done));
    await new Promise((done) => socket.once('message', done));
    docker(['stop', '-t', '10', container]);
    expect(await closed).toBe(1001);
    expect(inspect('{{.State.ExitCode}}')).toBe('0');
    expect(logs()).not.toMatch(/"level":"error"/);
  });

  /** The first administrator, made from outside as `infra apply --seed-admin-user` does. */
  async function administrator(env: Record<string, string>): Promise<string> {
    const outside = { ...env, RUNVOY_ROLE: 'orchestrator', RUNVOY_PORT: '0', RUNVOY_LOG_LEVEL: 'error' };
    const server: RunningServer = await startServer({ env: outside, builtins, adminEmail: 'ana@example.com' });
    await server.close();
    return server.admin!.apiKey;
  }
});
