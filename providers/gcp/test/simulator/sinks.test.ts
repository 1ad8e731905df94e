import { type Emulators, openEmulators } from '@runvoy/conformance/emulators';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { Clients } from './support/clients.ts';
import { createJob, shell, start } from './support/jobs.ts';

let emulators: Emulators;
let cloud: SimulatedCloud;
const said: string[] = [];
beforeAll(async () => {
  emulators = await openEmulators({ wanted: ['pubsub'] });
  const pubsubHost = emulators.env.PUBSUB_EMULATOR_HOST;
  cloud = await startSimulator({ ...(pubsubHost && { pubsubHost }), log: (text) => said.push(text) });
}, 120_000);
afterAll(async () => {
  await cloud?.close();
  await emulators?.close();
});

/** A topic with a subscription, by the emulator's REST API. */
async function topic(project: string, id: string): Promise<{ name: string; pull(): Promise<Record<string, never>[]> }> {
  const host = emulators.env.PUBSUB_EMULATOR_HOST!;
  const call = async (method: string, path: string, body: object) => {
    const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`http://${host}/v1/projects/${project}/${path}`, init);
    return (await response.json()) as { receivedMessages?: { message: { data: string } }[] };
  };
  await call('PUT', `topics/${id}`, {});
  await call('PUT', `subscriptions/${id}`, { topic: `projects/${project}/topics/${id}` });
  return {
    name: `projects/${project}/topics/${id}`,
    async pull() {
      const { receivedMessages = [] } = await call('POST', `subscriptions/${id}:pull`, { maxMessages: 100 });
      return receivedMessages.map(({ message }) => JSON.parse(Buffer.from(message.data, 'base64').toString()));
    },
  };
}

it('publishes lines of output as LogEntries, one a message, once its writer may', async ({ skip }) => {
  if (emulators.missing.has('pubsub')) return skip(emulators.missing.get('pubsub'));
  const clients = new Clients(cloud, 'sink-project');
  const logs = await topic('sink-project', 'runvoy-logs');
  const [sink] = await clients.sinks.createSink({
    parent: 'projects/sink-project',
    sink: {
      name: 'runvoy-logs',
      destination: `pubsub.googleapis.com/${logs.name}`,
      filter:
        'resource.type="cloud_run_job" AND labels.runvoy="demo" AND (log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr"))',
    },
    uniqueWriterIdentity: true,
  });
  const job = await createJob(clients, 'printer', { labels: { runvoy: 'demo' }, containers: [shell('echo "$LINE"')] });
  const run = async (LINE: string) => {
    const env = [{ name: 'LINE', value: LINE }];
    await (await start(clients, job, { containerOverrides: [{ env }] })).over;
  };

  await run('nobody hears this');
  expect(said.join()).toContain('lacks roles/pubsub.publisher');
  cloud.project('sink-project').policies.grant(logs.name, 'roles/pubsub.publisher', sink.writerIdentity!);
  await run('hello');

  const received: Record<string, never>[] = [];
  await vi.waitFor(async () => {
    received.push(...(await logs.pull()));
    expect(received.length).toBeGreaterThan(0);
  });
  expect(received.map((entry) => entry.textPayload)).toEqual(['hello']);
  expect(received[0]).toMatchObject({
    logName: 'projects/sink-project/logs/run.googleapis.com%2Fstdout',
    resource: {
      type: 'cloud_run_job',
      labels: { project_id: 'sink-project', location: 'us-central1', job_name: 'printer' },
    },
    labels: {
      runvoy: 'demo',
      'run.googleapis.com/execution_name': expect.stringMatching(/^printer-[a-z0-9]{5}$/),
      'run.googleapis.com/task_index': '0',
      'run.googleapis.com/task_attempt': '0',
    },
    insertId: expect.stringMatching(/^[0-9a-f]{24}$/),
    timestamp: expect.stringMatching(/\.\d{6}Z$/),
  });
  await clients.close();
});
