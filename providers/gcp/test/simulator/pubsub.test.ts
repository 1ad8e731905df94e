import { PubSub, type Topic } from '@google-cloud/pubsub';
import { type Emulators, openEmulators } from '@runvoy/conformance/emulators';
import { OAuth2Client } from 'google-auth-library';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { Clients } from './support/clients.ts';
import { openEndpoint } from './support/endpoint.ts';
import { createJob, shell, start } from './support/jobs.ts';

let emulators: Emulators;
let cloud: SimulatedCloud;
let clients: Clients;
let pubsub: PubSub;
let project: string;
let projects = 0;
const said: string[] = [];

beforeAll(async () => {
  emulators = await openEmulators({ wanted: ['pubsub'] });
  const pubsubHost = emulators.env.PUBSUB_EMULATOR_HOST;
  if (pubsubHost === undefined) return;
  cloud = await startSimulator({ pubsubHost, log: (text) => said.push(text) });
  process.stderr.write(`simulator: seed ${cloud.seed}\n`);
  // As a program under test gets it: the address of the simulator, which hands on what it does not do itself.
  for (const [name, value] of Object.entries(cloud.env)) vi.stubEnv(name, value);
}, 120_000);
afterAll(async () => {
  await cloud?.close();
  await emulators?.close();
  vi.unstubAllEnvs();
});
beforeEach(({ skip }) => {
  if (emulators.missing.has('pubsub')) return skip(emulators.missing.get('pubsub'));
  project = `pubsub-${++projects}`;
  clients = new Clients(cloud, project);
  pubsub = new PubSub({ projectId: project });
});
afterEach(async () => {
  await clients?.close();
  await pubsub?.close();
});

const lines =
  'resource.type="cloud_run_job" AND labels.runvoy="demo" AND (log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr"))';

/** A sink with its topic and its grant, as Terraform would make them. */
async function sinkTo(topic: Topic, filter: string): Promise<void> {
  const destination = `pubsub.googleapis.com/${topic.name}`;
  const sink = { name: 'runvoy-logs', destination, filter };
  const [{ writerIdentity }] = await clients.sinks.createSink({ parent: `projects/${project}`, sink });
  const [policy] = await topic.iam.getPolicy();
  const granted = { role: 'roles/pubsub.publisher', members: [writerIdentity!] };
  await topic.iam.setPolicy({ ...policy, bindings: [...(policy.bindings ?? []), granted] });
}

/** What arrives on a subscription of the topic, from now on. */
async function listen(topic: Topic): Promise<{ entries: Record<string, unknown>[]; stop(): Promise<void> }> {
  const [subscription] = await topic.createSubscription('listener');
  const entries: Record<string, unknown>[] = [];
  subscription.on('message', (message) => {
    entries.push(JSON.parse(message.data.toString()));
    message.ack();
  });
  return { entries, stop: () => subscription.close() };
}

const patient = { timeout: 15_000, interval: 50 };

describe('a sink', () => {
  it('publishes what its filter wants, one LogEntry a message', async () => {
    const [topic] = await pubsub.createTopic('runvoy-logs');
    await sinkTo(topic, lines);
    const heard = await listen(topic);
    const job = await createJob(clients, 'printer', {
      labels: { runvoy: 'demo' },
      containers: [shell('echo hello; echo oops >&2')],
    });
    await createJob(clients, 'silent', { containers: [shell('echo not wanted')] }).then((name) => start(clients, name));
    await (await start(clients, job)).over;
    await vi.waitFor(() => expect(heard.entries).toHaveLength(2), patient);
    await heard.stop();
    expect(heard.entries.map(({ textPayload }) => textPayload).sort()).toEqual(['hello', 'oops']);
    expect(heard.entries.find(({ textPayload }) => textPayload === 'hello')).toEqual({
      logName: `projects/${project}/logs/run.googleapis.com%2Fstdout`,
      resource: {
        type: 'cloud_run_job',
        labels: { project_id: project, location: 'us-central1', job_name: 'printer' },
      },
      labels: {
        runvoy: 'demo',
        instanceId: expect.stringMatching(/^00[0-9a-f]+$/),
        'run.googleapis.com/execution_name': expect.stringMatching(/^printer-[a-z0-9]{5}$/),
        'run.googleapis.com/task_index': '0',
        'run.googleapis.com/task_attempt': '0',
      },
      textPayload: 'hello',
      insertId: expect.stringMatching(/^[0-9a-f]{24}$/),
      timestamp: expect.stringMatching(/\.\d{6}Z$/),
      receiveTimestamp: expect.stringMatching(/\.\d{9}Z$/),
    });
  });

  it('loses everything in silence until its writer may publish', async () => {
    const [topic] = await pubsub.createTopic('runvoy-logs');
    const destination = `pubsub.googleapis.com/${topic.name}`;
    const sink = { name: 'forgotten', destination, filter: lines };
    await clients.sinks.createSink({ parent: `projects/${project}`, sink });
    const job = await createJob(clients, 'printer', { labels: { runvoy: 'demo' }, containers: [shell('echo lost')] });
    expect((await (await start(clients, job)).over).execution.succeededCount).toBe(1);
    expect(said.join()).toMatch(/sink forgotten drops entries: .* lacks roles\/pubsub.publisher/);
  });

  it('doubles, loses and delays entries as the knobs say', async () => {
    const [topic] = await pubsub.createTopic('runvoy-logs');
    await sinkTo(topic, lines);
    const heard = await listen(topic);
    const job = await createJob(clients, 'counter', { labels: { runvoy: 'demo' }, containers: [shell('seq 100')] });
    Object.assign(cloud.knobs, { logDuplicates: 0.3, logLoss: 0.3, logReordering: 0.3, logReorderMs: [1, 50] });
    await (await start(clients, job)).over;
    // Whatever a sink does, the log itself has every line once.
    const stored = () => cloud.project(project).logging.entries.filter(({ logName }) => logName.endsWith('stdout'));
    await vi.waitFor(() => expect(stored()).toHaveLength(100), patient);
    Object.assign(cloud.knobs, { logDuplicates: 0, logLoss: 0, logReordering: 0 });
    await (await start(clients, job, { containerOverrides: [{ args: ['echo end'] }] })).over;
    await vi.waitFor(() => expect(heard.entries.map(({ textPayload }) => textPayload)).toContain('end'), patient);
    await heard.stop();
    const texts = heard.entries.map(({ textPayload }) => Number(textPayload)).filter((number) => !Number.isNaN(number));
    const different = new Set(texts);
    expect(different.size).toBeGreaterThan(30);
    expect(different.size).toBeLessThan(100);
    expect(texts.length).toBeGreaterThan(different.size);
    expect([...different]).not.toEqual([...different].sort((a, b) => a - b));
  });

  it('may get the end of an execution late, twice, or never', async () => {
    const [topic] = await pubsub.createTopic('runvoy-events');
    await sinkTo(topic, 'log_id("cloudaudit.googleapis.com/system_event")');
    const heard = await listen(topic);
    const job = await createJob(clients, 'ending', { containers: [shell('true')] });
    const run = async (knobs: Partial<typeof cloud.knobs>) => {
      Object.assign(cloud.knobs, knobs);
      const { name, over } = await start(clients, job);
      await over;
      Object.assign(cloud.knobs, { auditLoss: 0, auditDuplicates: 0, auditDelayMs: 0 });
      return name.slice(name.lastIndexOf('/') + 1);
    };
    const lost = await run({ auditLoss: 1 });
    const late = await run({ auditDelayMs: 500 });
    const twice = await run({ auditDuplicates: 1 });
    await vi.waitFor(() => expect(heard.entries).toHaveLength(3), patient);
    await heard.stop();
    const names = heard.entries.map(
      ({ labels }) => (labels as Record<string, string>)['run.googleapis.com/execution_name'],
    );
    expect(names.sort()).toEqual([late, twice, twice].sort());
    expect(names).not.toContain(lost);
  });

  it('can be changed and removed, and is checked', async () => {
    const parent = `projects/${project}`;
    const destination = `pubsub.googleapis.com/${parent}/topics/runvoy-logs`;
    const refused = async (sink: object) =>
      expect(clients.sinks.createSink({ parent, sink: { name: 'x', destination, ...sink } })).rejects.toMatchObject({
        code: 3,
      });
    await refused({ name: 'no spaces' });
    await refused({ destination: 'topics/x' });
    await refused({ filter: 'severity>=' });
    await refused({ filter: 'x'.repeat(20_001) });
    const [made] = await clients.sinks.createSink({
      parent,
      sink: { name: 'x', destination, filter: 'severity>=ERROR' },
    });
    expect(made.writerIdentity).toMatch(/^serviceAccount:service-\d{12}@gcp-sa-logging\.iam\.gserviceaccount\.com$/);
    await expect(clients.sinks.createSink({ parent, sink: { name: 'x', destination } })).rejects.toMatchObject({
      code: 6,
    });
    const sinkName = `${parent}/sinks/x`;
    const [changed] = await clients.sinks.updateSink({
      sinkName,
      sink: { filter: 'severity>=INFO' },
      updateMask: { paths: ['filter'] },
    });
    expect(changed).toMatchObject({ filter: 'severity>=INFO', destination });
    const names = async () =>
      (await clients.sinks.listSinks({ parent }))[0].map((each: { name?: string | null }) => each.name);
    expect(await names()).toEqual(['_Required', '_Default', 'x']);
    await clients.sinks.deleteSink({ sinkName });
    await expect(clients.sinks.getSink({ sinkName })).rejects.toMatchObject({ code: 5 });
    await expect(clients.sinks.deleteSink({ sinkName: `${parent}/sinks/_Required` })).rejects.toMatchObject({
      code: 3,
    });
  });
});

describe('a push subscription', () => {
  const account = () => `runvoy-push@${project}.iam.gserviceaccount.com`;
  const oidcToken = () => ({ serviceAccountEmail: account(), audience: 'https://runvoy.example' });

  it('pushes in the wrapper of Pub/Sub, with a token that can be verified', async () => {
    await using endpoint = await openEndpoint();
    const [topic] = await pubsub.createTopic('events');
    const pushConfig = { pushEndpoint: endpoint.url, oidcToken: oidcToken() };
    const [subscription] = await topic.createSubscription('events', { pushConfig });
    const [metadata] = await subscription.getMetadata();
    expect(metadata.pushConfig).toMatchObject(pushConfig);
    const messageId = await topic.publishMessage({ data: Buffer.from('{"a":1}'), attributes: { kind: 'test' } });
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(1), patient);

    const { headers, body } = endpoint.received[0]!;
    expect(JSON.parse(body)).toEqual({
      message: {
        attributes: { kind: 'test' },
        data: Buffer.from('{"a":1}').toString('base64'),
        messageId,
        message_id: messageId,
        publishTime: expect.stringMatching(/\.\d{3}Z$/),
        publish_time: expect.stringMatching(/\.\d{3}Z$/),
      },
      subscription: `projects/${project}/subscriptions/events`,
    });
    const token = headers.authorization!.replace(/^Bearer /, '');
    const keys = cloud.tokens.certificates();
    const issuers = ['https://accounts.google.com'];
    const client = new OAuth2Client();
    const verified = await client.verifySignedJwtWithCertsAsync(token, keys, 'https://runvoy.example', issuers);
    expect(verified.getPayload()).toMatchObject({ email: account(), email_verified: true });
    await expect(client.verifySignedJwtWithCertsAsync(token, keys, 'https://other.example', issuers)).rejects.toThrow(
      'Wrong recipient',
    );
    const other = (await (await fetch(`http://${cloud.address}/oauth2/v3/certs`)).json()) as {
      keys: { kid: string }[];
    };
    expect(other.keys.map(({ kid }) => kid)).toEqual(Object.keys(keys));
  });

  it('pushes again what is not acknowledged, with its own backoff', async () => {
    await using endpoint = await openEndpoint();
    endpoint.statuses.push(500, 404, 202);
    const [topic] = await pubsub.createTopic('events');
    await topic.createSubscription('events', {
      pushConfig: { pushEndpoint: endpoint.url, oidcToken: oidcToken() },
      retryPolicy: { minimumBackoff: { seconds: 0.1 }, maximumBackoff: { seconds: 1 } },
    });
    await topic.publishMessage({ data: Buffer.from('once') });
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(3), patient);
    await topic.publishMessage({ data: Buffer.from('twice') });
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(4), patient);
    const texts = endpoint.received.map(({ body }) => Buffer.from(JSON.parse(body).message.data, 'base64').toString());
    expect(texts).toEqual(['once', 'once', 'once', 'twice']);
  });

  it('loses and doubles pushes as the knobs say, and no message', { timeout: 60_000 }, async () => {
    await using endpoint = await openEndpoint();
    const [topic] = await pubsub.createTopic('events');
    await topic.createSubscription('events', {
      pushConfig: { pushEndpoint: endpoint.url },
      retryPolicy: { minimumBackoff: { seconds: 0.1 }, maximumBackoff: { seconds: 0.5 } },
    });
    Object.assign(cloud.knobs, { pushLoss: 0.2, pushDuplicates: 0.2 });
    await Promise.all(Array.from({ length: 100 }, (_, at) => topic.publishMessage({ data: Buffer.from(String(at)) })));
    const ids = () => endpoint.received.map(({ body }) => JSON.parse(body).message.messageId as string);
    await vi.waitFor(() => expect(new Set(ids()).size).toBe(100), { timeout: 45_000, interval: 100 });
    Object.assign(cloud.knobs, { pushLoss: 0, pushDuplicates: 0 });
    expect(ids().length).toBeGreaterThan(100);
    expect(endpoint.received[0]!.headers.authorization).toBe(undefined);
  });

  it('becomes another one, a pull subscription, and none', async () => {
    await using first = await openEndpoint();
    await using second = await openEndpoint();
    const [topic] = await pubsub.createTopic('events');
    const [subscription] = await topic.createSubscription('events', { pushConfig: { pushEndpoint: first.url } });
    await subscription.modifyPushConfig({ pushEndpoint: second.url });
    await topic.publishMessage({ data: Buffer.from('1') });
    await vi.waitFor(() => expect(second.received).toHaveLength(1), patient);
    await subscription.setMetadata({ ackDeadlineSeconds: 30 });
    expect((await subscription.getMetadata())[0]).toMatchObject({
      ackDeadlineSeconds: 30,
      pushConfig: { pushEndpoint: second.url },
    });
    await topic.publishMessage({ data: Buffer.from('2') });
    await vi.waitFor(() => expect(second.received).toHaveLength(2), patient);
    await subscription.modifyPushConfig({});
    expect((await subscription.getMetadata())[0].pushConfig?.pushEndpoint ?? '').toBe('');
    await subscription.delete();
    expect(await subscription.exists()).toEqual([false]);
    expect(first.received).toEqual([]);
  });

  it('is refused with an endpoint that the real service would not push to', async () => {
    const [topic] = await pubsub.createTopic('events');
    const pushConfig = { pushEndpoint: 'http://runvoy.example/push' };
    await expect(topic.createSubscription('events', { pushConfig })).rejects.toMatchObject({ code: 3 });
  });

  it('is left to the emulator when a knob says so', async () => {
    await using endpoint = await openEndpoint();
    cloud.knobs.push = 'emulator';
    const [topic] = await pubsub.createTopic('events');
    await topic.createSubscription('events', { pushConfig: { pushEndpoint: endpoint.url, oidcToken: oidcToken() } });
    cloud.knobs.push = 'signed';
    await topic.publishMessage({ data: Buffer.from('unsigned') });
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(1), patient);
    expect(endpoint.received[0]!.headers.authorization).toBe(undefined);
  });
});

describe('by REST', () => {
  const call = async (method: string, path: string, body?: object) => {
    const init = {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    };
    const response = await fetch(`http://${cloud.address}/${path}`, init);
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };

  it('topics, subscriptions, grants and sinks are kept as by gRPC', async () => {
    await using endpoint = await openEndpoint();
    const topic = `projects/${project}/topics/runvoy-events`;
    const subscription = `projects/${project}/subscriptions/runvoy-events`;
    expect((await call('GET', `v1/${topic}`)).status).toBe(404);
    expect((await call('PUT', `v1/${topic}`, {})).json).toMatchObject({ name: topic });
    expect((await call('PUT', `v1/${topic}`, {})).status).toBe(409);
    const wanted = {
      topic,
      pushConfig: { pushEndpoint: endpoint.url },
      ackDeadlineSeconds: 60,
      expirationPolicy: {},
      messageRetentionDuration: '3600s',
      retryPolicy: { minimumBackoff: '1s', maximumBackoff: '60s' },
    };
    await call('PUT', `v1/${subscription}`, wanted);
    expect((await call('GET', `v1/${subscription}`)).json).toMatchObject(wanted);
    const changes = { name: subscription, ackDeadlineSeconds: 30, pushConfig: { pushEndpoint: `${endpoint.url}/2` } };
    const updateMask = 'ackDeadlineSeconds,pushConfig';
    expect((await call('PATCH', `v1/${subscription}`, { subscription: changes, updateMask })).status).toBe(200);
    expect((await call('GET', `v1/${subscription}`)).json).toMatchObject({
      ackDeadlineSeconds: 30,
      pushConfig: { pushEndpoint: `${endpoint.url}/2` },
      retryPolicy: wanted.retryPolicy,
    });

    const sink = { name: 'events', destination: `pubsub.googleapis.com/${topic}`, filter: 'severity>=ERROR' };
    const { json } = await call('POST', `v2/projects/${project}/sinks?uniqueWriterIdentity=true`, sink);
    const masked = `v2/projects/${project}/sinks/events?uniqueWriterIdentity=true&updateMask=filter,disabled`;
    expect((await call('PATCH', masked, { ...sink, filter: 'severity>=INFO' })).json).toMatchObject({
      filter: 'severity>=INFO',
    });
    const policy = (await call('GET', `v1/${topic}:getIamPolicy`)).json;
    const bindings = [{ role: 'roles/pubsub.publisher', members: [json.writerIdentity] }];
    expect((await call('POST', `v1/${topic}:setIamPolicy`, { policy: { ...policy, bindings } })).status).toBe(200);
    await clients.logging.log('x').write(clients.logging.log('x').entry({ severity: 'INFO' }, 'pushed'));
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(1), patient);
  });
});
