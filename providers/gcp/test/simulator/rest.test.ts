import { MetricServiceClient } from '@google-cloud/monitoring';
import { ExecutionsClient } from '@google-cloud/run';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { PassThroughClient } from 'google-auth-library';
import { describe, expect, it } from 'vitest';
import { clientOptions } from './support/clients.ts';
import { createJob, runLine, shell } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

async function call(
  verb: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`http://${test.cloud.address}${path}`, {
    method: verb,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** The options of Google's clients for REST. */
function restOptions(projectId: string) {
  const [apiEndpoint, port] = test.cloud.address.split(':');
  return {
    apiEndpoint: apiEndpoint!,
    port: Number(port),
    fallback: true,
    protocol: 'http',
    projectId,
    authClient: new PassThroughClient(),
  };
}

describe('by REST', () => {
  it('the services are the same, with their protos’ own paths and JSON', async () => {
    const { project } = test.fresh();
    const secrets = `/v1/projects/${project}/secrets`;
    const created = await call('POST', `${secrets}?secretId=one`, { replication: { automatic: {} }, ttl: '3600s' });
    expect(created).toMatchObject({ status: 200, json: { expireTime: expect.stringMatching(/^\d{4}-.*Z$/) } });
    await call('POST', `${secrets}/one:addVersion`, { payload: { data: Buffer.from('hello').toString('base64') } });
    const { json } = await call('GET', `${secrets}/one/versions/latest:access`);
    expect(json).toMatchObject({ payload: { data: Buffer.from('hello').toString('base64') } });
    expect(await call('GET', `${secrets}/two`)).toMatchObject({
      status: 404,
      json: { error: { code: 404, status: 'NOT_FOUND', message: expect.stringContaining('not found') } },
    });
    expect(await call('POST', `${secrets}?secretId=x`, { nonsense: true })).toMatchObject({ status: 400 });
    expect(await call('PATCH', `${secrets}/one?updateMask=labels`, { labels: { a: 'b' } })).toMatchObject({
      status: 200,
      json: { labels: { a: 'b' } },
    });
    expect(await call('GET', '/v9/nothing')).toMatchObject({ status: 404 });
    expect(await call('POST', '/v2/entries:list', { resourceNames: [`projects/${project}`] })).toMatchObject({
      status: 200,
    });
  });

  it('Google’s own clients see what they see by gRPC', async () => {
    const clients = test.fresh();
    const { execution } = await runLine(clients, 'both', 'true');
    const options = restOptions(clients.project) as ConstructorParameters<typeof ExecutionsClient>[0];
    const rest = new ExecutionsClient(options);
    const [seen] = await rest.getExecution({ name: execution.name! });
    expect(seen).toMatchObject({ name: execution.name, succeededCount: 1, uid: execution.uid });
    await rest.close();
    const secrets = new SecretManagerServiceClient(options);
    await expect(secrets.getSecret({ name: `projects/${clients.project}/secrets/x` })).rejects.toMatchObject({
      code: 5,
    });
    await secrets.close();
  });
});

describe('IAM', () => {
  it('finds service accounts, by project or by e-mail alone', async () => {
    const { project } = test.fresh();
    const { accounts } = test.cloud.project(project);
    const email = `runvoy-job@${project}.iam.gserviceaccount.com`;
    for (const owner of [project, '-'])
      expect(await call('GET', `/v1/projects/${owner}/serviceAccounts/${email}`)).toMatchObject({
        status: 200,
        json: { email, projectId: project, name: `projects/${project}/serviceAccounts/${email}` },
      });
    const own = accounts.create('own');
    expect((await call('GET', `/v1/projects/${project}/serviceAccounts/${own}`)).status).toBe(200);
    accounts.disable(own);
    expect((await call('GET', `/v1/projects/${project}/serviceAccounts/${own}`)).json.disabled).toBe(true);
    accounts.remove(own);
    expect(await call('GET', `/v1/projects/${project}/serviceAccounts/${own}`)).toMatchObject({
      status: 404,
      json: { error: { message: 'Unknown service account' } },
    });
  });

  it('keeps policies of topics and keys, changed by etag', async () => {
    const { project } = test.fresh();
    const topic = `/v1/projects/${project}/topics/runvoy-logs`;
    const before = await call('POST', `${topic}:getIamPolicy`, {});
    const bindings = [{ role: 'roles/pubsub.publisher', members: ['serviceAccount:a@b.iam.gserviceaccount.com'] }];
    const set = () => call('POST', `${topic}:setIamPolicy`, { policy: { bindings, etag: before.json.etag } });
    expect(await set()).toMatchObject({ status: 200, json: { bindings } });
    expect(await set()).toMatchObject({ status: 409, json: { error: { status: 'ABORTED' } } });
    const wrong = [{ role: 'publisher', members: [] }];
    expect((await call('POST', `${topic}:setIamPolicy`, { policy: { bindings: wrong } })).status).toBe(400);
    const asked = { permissions: ['pubsub.topics.publish'] };
    expect((await call('POST', `${topic}:testIamPermissions`, asked)).json).toEqual(asked);
  });
});

describe('KMS', () => {
  it('has the keys that were made, and encrypts with those that are enabled', async () => {
    const { project } = test.fresh();
    const key = `projects/${project}/locations/global/keyRings/runvoy/cryptoKeys/secrets`;
    expect((await call('GET', `/v1/${key}`)).status).toBe(404);
    test.cloud.project(project).kms.create(key);
    expect((await call('GET', `/v1/${key}`)).json).toMatchObject({ name: key, primary: { state: 'ENABLED' } });
    const plaintext = Buffer.from('x').toString('base64');
    const { json } = await call('POST', `/v1/${key}:encrypt`, { plaintext });
    expect((await call('POST', `/v1/${key}:decrypt`, { ciphertext: json.ciphertext })).json).toEqual({ plaintext });
    test.cloud.project(project).kms.disable(key);
    expect((await call('POST', `/v1/${key}:encrypt`, { plaintext })).status).toBe(400);
  });
});

describe('Monitoring and Trace', () => {
  it('take points in order, one of each series, and not too often', async () => {
    const { project } = test.fresh();
    const client = new MetricServiceClient(clientOptions(test.cloud, project));
    const series = (seconds: number, type = 'custom.googleapis.com/runvoy/runs', labels = { role: 'all' }) => ({
      metric: { type, labels },
      resource: { type: 'global', labels: {} },
      points: [{ interval: { endTime: { seconds } }, value: { int64Value: 1 } }],
    });
    const write = (...timeSeries: object[]) => client.createTimeSeries({ name: `projects/${project}`, timeSeries });
    await write(series(100), series(100, undefined, { role: 'processor' }));
    await write(series(105));
    for (const wrong of [
      [series(104)],
      [series(107)],
      [series(200), series(300)],
      [series(200, 'runs')],
      [],
      [{ ...series(200), points: [] }],
    ])
      await expect(write(...wrong)).rejects.toMatchObject({ code: 3 });
    await expect(
      write(...Array.from({ length: 201 }, (_, at) => series(400, undefined, { role: String(at) }))),
    ).rejects.toMatchObject({ code: 3 });
    expect([...test.cloud.project(project).monitoring.series.values()].map((points) => points.length)).toEqual([2, 1]);
    await client.close();
  });

  it('take spans', async () => {
    const { project } = test.fresh();
    const name = `projects/${project}/traces/${'a'.repeat(32)}/spans/${'b'.repeat(16)}`;
    const span = {
      name,
      spanId: 'b'.repeat(16),
      displayName: { value: 'POST /run' },
      startTime: '2026-01-01T00:00:00Z',
      endTime: '2026-01-01T00:00:01Z',
    };
    const write = (spans: object[]) => call('POST', `/v2/projects/${project}/traces:batchWrite`, { spans });
    expect((await write([span])).status).toBe(200);
    expect((await write([{ ...span, name: 'x' }])).status).toBe(400);
    expect(test.cloud.project(project).spans.map(({ displayName }) => displayName?.value)).toEqual(['POST /run']);
  });
});

it('jobs of one region are not those of another', async () => {
  const clients = test.fresh();
  await createJob(clients, 'here', { containers: [shell('true')] });
  const { json } = await call('GET', `/v2/projects/${clients.project}/locations/-/jobs`);
  expect((json.jobs as { name: string }[]).map(({ name }) => name)).toEqual([`${clients.location}/jobs/here`]);
});
