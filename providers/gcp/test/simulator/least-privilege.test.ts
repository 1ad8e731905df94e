import { type Emulators, openEmulators } from '@runvoy/conformance/emulators';
import type { Provider, TaskSpec } from '@runvoy/core/provider';
import { openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import plugin from '../../src/index.ts';

const project = 'least-project';
let emulators: Emulators;
let cloud: SimulatedCloud;
const opened: Provider[] = [];

beforeAll(async () => {
  emulators = await openEmulators({ wanted: ['firestore', 'pubsub'] });
  const pubsubHost = emulators.env.PUBSUB_EMULATOR_HOST;
  cloud = await startSimulator({ ...(pubsubHost && { pubsubHost }) });
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map((provider) => provider.close()));
  await cloud?.close();
  await emulators?.close();
});

/** The provider as a service that runs as this account has it. */
async function openAs(account: string, role: 'orchestrator' | 'processor'): Promise<Provider> {
  const address = await cloud.addressOf(`${account}@${project}.iam.gserviceaccount.com`);
  const env = {
    ...emulators.env,
    ...cloud.env,
    RUNVOY_GCP_ENDPOINT: address,
    PUBSUB_EMULATOR_HOST: address,
    RUNVOY_GCP_PROJECT_ID: project,
    RUNVOY_GCP_REGION: 'us-central1',
    RUNVOY_PUBLIC_URL: 'http://127.0.0.1:9',
    RUNVOY_GCP_PUSH_AUDIENCE: 'https://runvoy.example',
  };
  const provider = await openProvider(plugin, env, { now: Date.now, log: quietLog, role }, 60);
  opened.push(provider);
  return provider;
}

/** Each service with its own account: a call that the table does not grant would be refused. */
it('the table grants all that the services do', { timeout: 120_000 }, async ({ skip }) => {
  const [missing] = emulators.missing;
  if (missing) return skip(missing.join(': '));
  const api = await openAs('runvoy-orchestrator', 'orchestrator');
  // The first answer of the Firestore emulator takes long on a busy machine.
  await vi.waitFor(() => api.store.get('executions', 'none'), { timeout: 60_000, interval: 100 });
  const template = { imageId: 'a', image: 'alpine', cpu: 1024, memory: 512, platform: 'Linux/X86_64' };
  const { ref } = await api.tasks.prepare(template);
  expect(await api.tasks.templates()).toEqual([ref]);
  expect(await api.identities.exists('runvoy-job')).toBe(true);

  for (const value of ['first', 'second']) await api.secrets.put('team/x', value);
  expect(await api.secrets.reveal('team/x')).toBe('second');
  expect(await api.secrets.list()).toEqual(['team/x']);
  await api.secrets.remove('team/x');

  const secretsBundle = `exec/${'1'.repeat(32)}/${'2'.repeat(32)}`;
  await api.secrets.put(secretsBundle, JSON.stringify({ SECRET: 'hush' }), { expiresAt: Date.now() + 3_600_000 });
  const start = async (digit: string, shell: string, more: Partial<TaskSpec> = {}) => {
    const executionId = digit.repeat(32);
    const common = { env: {}, secretEnv: {}, maskedValues: [], timeoutSeconds: 60, createdBy: 'ana@example.com' };
    const spec = { executionId, template, templateRef: ref, command: { shell }, ...common, ...more };
    return { executionId, ref: (await api.tasks.start(spec)).ref };
  };
  const run = await start('1', 'test "$SECRET" = hush', { secretEnv: { SECRET: 'hush' }, secretsBundle });
  const ended = { phase: 'ended', reason: 'exited', exitCode: 0 };
  await vi.waitFor(async () => expect(await api.tasks.inspect(run)).toMatchObject(ended), {
    timeout: 20_000,
    interval: 100,
  });
  const endless = await start('3', 'exec sleep 60');
  expect(await api.tasks.list()).toEqual([endless]);
  await api.tasks.stop(endless);

  const processor = await openAs('runvoy-processor', 'processor');
  expect(await processor.tasks.inspect(run)).toMatchObject(ended);
  await processor.tasks.list();
  await processor.secrets.list();
  await processor.secrets.remove(secretsBundle);
  await processor.plumbing!.check();
  expect(await processor.plumbing!.check()).toEqual([]);
  await processor.tasks.prepare({ ...template, imageId: 'b' });

  // Nothing was refused, and it was looked at: these count as used.
  const used = (permission: string) => cloud.unusedGrants().every((grant) => grant.permission !== permission);
  for (const permission of ['run.jobs.runWithOverrides', 'pubsub.topics.setIamPolicy', 'logging.sinks.create'])
    expect(used(permission), permission).toBe(true);
});
