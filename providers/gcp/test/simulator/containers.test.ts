import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@runvoy/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { Clients } from './support/clients.ts';
import { conditionOf, createJob, shell, start } from './support/jobs.ts';

const volumes = [{ name: 'workspace', emptyDir: { medium: 'MEMORY' as const } }];
const volumeMounts = [{ name: 'workspace', mountPath: '/workspace' }];

async function within<T>(
  options: Parameters<typeof startSimulator>[0],
  work: (cloud: SimulatedCloud, clients: Clients) => Promise<T>,
): Promise<T> {
  await using cloud = await startSimulator(options);
  const clients = new Clients(cloud, 'test-project');
  try {
    return await work(cloud, clients);
  } finally {
    await clients.close();
  }
}

const textsOf = (cloud: SimulatedCloud) =>
  cloud
    .project('test-project')
    .logging.entries.flatMap(({ textPayload, labels }) =>
      textPayload === undefined ? [] : [`${labels.container_name ?? ''}: ${textPayload}`],
    );

describe.each([undefined, 'replaced-paths' as const])('containers of one task (isolation: %s)', (isolation) => {
  it('share a volume under its path, and start together', () =>
    within(isolation ? { isolation } : {}, async (cloud, clients) => {
      const job = await createJob(clients, 'handshake', {
        volumes,
        containers: [
          shell(
            'until [ -e /workspace/in/ready ]; do sleep 0.05; done; cat /workspace/in/ready; touch /workspace/done',
            {
              name: 'runner',
              volumeMounts,
              workingDir: '/workspace',
            },
          ),
          shell(
            'mkdir "$IN"; echo prepared >"$IN/ready.new"; mv "$IN/ready.new" "$IN/ready"; until [ -e /workspace/done ]; do sleep 0.05; done',
            {
              name: 'sidecar',
              volumeMounts,
              env: [{ name: 'IN', value: '/workspace/in' }],
            },
          ),
        ],
      });
      const { execution } = await (await start(clients, job)).over;
      expect(execution.succeededCount).toBe(1);
      expect(textsOf(cloud)).toContain('runner: prepared');
    }));
});

it('fails a task as soon as one of its containers fails, and ends the others', () =>
  within({}, async (_cloud, clients) => {
    const job = await createJob(clients, 'two', {
      containers: [shell('exit 7', { name: 'runner' }), shell('exec sleep 60', { name: 'sidecar' })],
    });
    const { task } = await (await start(clients, job)).over;
    expect(task.lastAttemptResult).toMatchObject({ exitCode: 7 });
  }));

it('can end a task with its first container, as nobody knows that it does not', () =>
  within({ knobs: { taskEnds: 'first-exited' } }, async (_cloud, clients) => {
    const job = await createJob(clients, 'two', {
      containers: [
        shell('true', { name: 'runner' }),
        shell('trap "exit 0" TERM; while :; do sleep 0.1; done', { name: 'sidecar' }),
      ],
    });
    const { execution } = await (await start(clients, job)).over;
    expect(execution.succeededCount).toBe(1);
  }));

it('starts a container after the startup probe of what it depends on', () =>
  within({}, async (cloud, clients) => {
    const port = await freePort();
    const run = async (jobId: string, program: string) => {
      const server = {
        name: 'server',
        image: 'node:22',
        command: [process.execPath, '-e', program],
        startupProbe: { tcpSocket: { port } },
      };
      const containers = [shell('echo after', { name: 'runner', dependsOn: ['server'] }), server];
      return (await start(clients, await createJob(clients, jobId, { containers }))).over;
    };
    const listens = `require('node:net').createServer(() => setTimeout(() => process.exit(0), 100)).listen(${port}, '127.0.0.1')`;
    expect((await run('ready', `console.log('before'); ${listens}`)).execution.succeededCount).toBe(1);
    expect(textsOf(cloud).filter((text) => /before|after/.test(text))).toEqual(['server: before', 'runner: after']);
    // One that ends before it is ready ends the task, and nobody waits for its probe.
    expect((await run('broken', 'process.exit(9)')).task.lastAttemptResult).toMatchObject({ exitCode: 9 });
    expect(textsOf(cloud).filter((text) => text === 'runner: after')).toHaveLength(1);
  }));

it('gives a script the token of its account and the secrets that it may read, by the addresses of production', () =>
  within({}, async (cloud, clients) => {
    const account = cloud
      .project('test-project')
      .accounts.find('runvoy-job@test-project.iam.gserviceaccount.com')!.email;
    const parent = 'projects/test-project';
    for (const secretId of ['runvoy-exec-1', 'other'])
      await clients.secrets.createSecret({ parent, secretId, secret: { replication: { automatic: {} } } });
    for (const id of ['runvoy-exec-1', 'other'])
      await clients.secrets.addSecretVersion({
        parent: `${parent}/secrets/${id}`,
        payload: { data: Buffer.from('hidden') },
      });
    const script = `
      from=http://metadata.google.internal/computeMetadata/v1
      token=$(wget -q -O - --header 'Metadata-Flavor: Google' $from/instance/service-accounts/default/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
      for secret in runvoy-exec-1 other; do
        wget -q -O - --header "Authorization: Bearer $token" https://secretmanager.googleapis.com/v1/${parent}/secrets/$secret/versions/latest:access | tr -d ' \\n'
        echo " $secret"
      done
      wget -q -O - --header 'Metadata-Flavor: Google' $from/instance/service-accounts/default/email; echo
      wget -q -O - $from/project/project-id || echo refused`;
    const job = await createJob(clients, 'reader', { serviceAccount: account, containers: [shell(script)] });
    await (await start(clients, job)).over;
    const texts = textsOf(cloud).map((text) => text.slice(2));
    const data = Buffer.from('hidden').toString('base64');
    expect(texts[0]).toMatch(new RegExp(`"data":"${data}".* runvoy-exec-1$`));
    expect(texts[1]).toBe(' other');
    expect(texts.slice(2)).toEqual(expect.arrayContaining([account, 'refused']));
  }));

it('resolves references to secrets as the account of the job', () =>
  within({}, async (cloud, clients) => {
    const parent = 'projects/test-project';
    for (const secretId of ['runvoy-exec-2', 'forbidden']) {
      await clients.secrets.createSecret({ parent, secretId, secret: { replication: { automatic: {} } } });
      await clients.secrets.addSecretVersion({
        parent: `${parent}/secrets/${secretId}`,
        payload: { data: Buffer.from('value') },
      });
    }
    const run = async (secret: string) => {
      const env = [{ name: 'SECRET', valueSource: { secretKeyRef: { secret, version: 'latest' } } }];
      const shape = {
        serviceAccount: 'runvoy-job@test-project.iam.gserviceaccount.com',
        containers: [shell('echo "$SECRET"', { env })],
      };
      return (await start(clients, await createJob(clients, secret, shape))).over;
    };
    expect((await run('runvoy-exec-2')).execution.succeededCount).toBe(1);
    expect(textsOf(cloud)).toContain(': value');
    const { execution } = await run('forbidden');
    expect(conditionOf(execution, 'Completed')).toMatchObject({
      reason: 'SECRETS_ACCESS_CHECK_FAILED',
      message: expect.stringContaining('Permission denied on secret'),
    });
  }));

/** Processes that have this in their environment. */
const processesOf = (text: string) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/environ`, 'latin1').includes(text);
      } catch {
        return false;
      }
    });

it.runIf(process.platform === 'linux')(
  'leaves nothing of a task behind, whatever it moved to a session of its own',
  () =>
    within({}, async (_cloud, clients) => {
      const MARK = `mark-${process.pid}-${Date.now()}`;
      const line =
        'setsid sleep 300 & sleep 300 & while ! ps -ef | grep -q "[s]leep 300"; do sleep 0.05; done; echo started';
      const job = await createJob(clients, 'leaver', {
        containers: [shell(line, { env: [{ name: 'MARK', value: MARK }] })],
      });
      await (await start(clients, job)).over;
      expect(processesOf(MARK)).toEqual([]);
    }),
);

it.runIf(process.platform === 'linux')('leaves nothing behind when it closes: no process, no folder', async () => {
  const before = readdirSync(tmpdir());
  const cloud = await startSimulator();
  const clients = new Clients(cloud, 'test-project');
  const MARK = `mark-${process.pid}-${Date.now()}-closing`;
  const line = 'trap "" TERM; (trap "" TERM; sleep 300) & sleep 300';
  const job = await createJob(clients, 'runner', {
    containers: [shell(line, { env: [{ name: 'MARK', value: MARK }] })],
  });
  await start(clients, job);
  await vi.waitFor(() => expect(processesOf(MARK).length).toBeGreaterThan(2), { timeout: 10_000 });
  await clients.close();
  await cloud.close();
  await cloud.close();
  expect(processesOf(MARK)).toEqual([]);
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('runvoy-gcp-') && !before.includes(name));
  expect(left.filter((name) => existsSync(`${tmpdir()}/${name}/task-1`))).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'leaves nothing behind when its process is killed',
  { timeout: 60_000 },
  async () => {
    const simulator = new URL('../../simulator/index.ts', import.meta.url).href;
    const MARK = `mark-${process.pid}-${Date.now()}-killed`;
    const script = `
    const { startSimulator } = await import(${JSON.stringify(simulator)});
    const cloud = await startSimulator();
    const url = 'http://' + cloud.address + '/v2/projects/test-project/locations/us-central1/jobs';
    const post = (path, body) => fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
    const container = { image: 'alpine', command: ['sleep', '300'], env: [{ name: 'MARK', value: '${MARK}' }] };
    await post('?jobId=sleeper', { template: { template: { containers: [container] } } });
    await post('/sleeper:run', {});
`;
    const folder = mkdtempSync(join(tmpdir(), 'runvoy-killed-'));
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    try {
      await vi.waitFor(() => expect(processesOf(MARK)).toHaveLength(1), { timeout: 30_000, interval: 50 });
      child.kill('SIGKILL');
      const left = () => [processesOf(MARK), readdirSync(folder)];
      await vi.waitFor(() => expect(left()).toEqual([[], []]), { timeout: 20_000, interval: 50 });
    } finally {
      child.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true });
  },
);
