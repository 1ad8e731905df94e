import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';

const run = promisify(execFile);
const project = 'foreign-project';
const folder = mkdtempSync(join(tmpdir(), 'runvoy-gcloud-'));
let cloud: SimulatedCloud;
beforeAll(async () => {
  cloud = await startSimulator();
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Whether a program answers; if not, that is told where nobody can miss it. */
async function isThere(what: string, file: string, ...args: string[]): Promise<boolean> {
  try {
    await run(file, args, { timeout: 60_000 });
    return true;
  } catch {
    process.stderr.write(`SKIPPED: there is no ${what} here to drive the simulator with\n`);
    return false;
  }
}

/** gcloud in a configuration of its own, without credentials, with the simulator in the place of Google. */
async function gcloud(...args: string[]): Promise<string> {
  const services = ['SECRETMANAGER', 'LOGGING', 'CLOUDSCHEDULER', 'IAM', 'CLOUDKMS'];
  const overrides = services.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `http://${cloud.address}/`]);
  const env = {
    ...process.env,
    ...Object.fromEntries(overrides),
    CLOUDSDK_CONFIG: folder,
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
    CLOUDSDK_CORE_PROJECT: project,
  };
  return (await run('gcloud', args, { env, timeout: 120_000 })).stdout;
}

describe('Google’s own command line', async () => {
  const skipped = !(await isThere('gcloud', 'gcloud', '--version'));

  it.skipIf(skipped)('keeps secrets', async () => {
    await gcloud('secrets', 'create', 'one', '--replication-policy=automatic', '--labels=team=a', '--ttl=3600s');
    await expect(gcloud('secrets', 'create', 'one', '--replication-policy=automatic')).rejects.toMatchObject({
      stderr: expect.stringContaining('already exists'),
    });
    cloud
      .project(project)
      .secrets.find('one')
      .versions.push({
        id: 1,
        state: 'ENABLED',
        createTime: 1e15,
        etag: '"1"',
        data: Buffer.from('from inside'),
        clientSpecifiedPayloadChecksum: false,
      });
    // It compares the checksum of what it gets.
    expect(await gcloud('secrets', 'versions', 'access', 'latest', '--secret=one')).toBe('from inside');
    await gcloud('secrets', 'versions', 'destroy', '1', '--secret=one');
    await expect(gcloud('secrets', 'versions', 'access', '1', '--secret=one')).rejects.toMatchObject({
      stderr: expect.stringContaining('DESTROYED state'),
    });
    expect(await gcloud('secrets', 'list', '--filter=labels.team=a', '--format=value(name)')).toBe('one\n');
  });

  it.skipIf(skipped)('writes and reads logs, and makes sinks', async () => {
    await gcloud('logging', 'write', 'mylog', 'hello', '--severity=ERROR');
    await gcloud('logging', 'write', 'mylog', '{"a":{"b":1}}', '--payload-type=json');
    const read = async (filter: string) => JSON.parse(await gcloud('logging', 'read', filter, '--format=json'));
    expect(await read('severity>=ERROR')).toMatchObject([{ textPayload: 'hello' }]);
    expect(await read('jsonPayload.a.b=1')).toMatchObject([{ jsonPayload: { a: { b: 1 } } }]);
    const topic = `pubsub.googleapis.com/projects/${project}/topics/logs`;
    await gcloud('logging', 'sinks', 'create', 'lines', topic, '--log-filter=resource.type="cloud_run_job"');
    expect(JSON.parse(await gcloud('logging', 'sinks', 'describe', 'lines', '--format=json'))).toMatchObject({
      destination: topic,
      filter: 'resource.type="cloud_run_job"',
      writerIdentity: expect.stringMatching(/^serviceAccount:/),
    });
  });

  it.skipIf(skipped)('schedules, and finds accounts', async () => {
    const account = `runvoy-push@${project}.iam.gserviceaccount.com`;
    const options = ['--location=us-central1', '--schedule=0 * * * *', '--uri=https://x.example/y'];
    await gcloud(
      'scheduler',
      'jobs',
      'create',
      'http',
      'hourly',
      ...options,
      `--oidc-service-account-email=${account}`,
    );
    const described = await gcloud(
      'scheduler',
      'jobs',
      'describe',
      'hourly',
      '--location=us-central1',
      '--format=json',
    );
    expect(JSON.parse(described)).toMatchObject({
      state: 'ENABLED',
      httpTarget: { oidcToken: { serviceAccountEmail: account } },
    });
    expect(await gcloud('iam', 'service-accounts', 'describe', account, '--format=value(email)')).toBe(`${account}\n`);
    await expect(gcloud('iam', 'service-accounts', 'describe', `no-${account}`)).rejects.toMatchObject({
      stderr: expect.stringContaining('Unknown service account'),
    });
  });
});

describe('Google’s own Python clients', async () => {
  const modules = 'import grpc, google.cloud.run_v2, google.cloud.secretmanager';
  const skipped = !(await isThere(
    'Python with google-cloud-run and google-cloud-secret-manager',
    'python3',
    '-c',
    modules,
  ));

  it.skipIf(skipped)('run a job, and read a secret', async () => {
    const script = `
import grpc
from google.cloud import run_v2, secretmanager
from google.cloud.run_v2.services.jobs.transports import JobsGrpcTransport
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceGrpcTransport
channel = lambda: grpc.insecure_channel("${cloud.address}")
jobs = run_v2.JobsClient(transport=JobsGrpcTransport(channel=channel()))
container = run_v2.Container(image="alpine", command=["/bin/sh", "-c"], args=["echo hi"])
template = run_v2.ExecutionTemplate(template=run_v2.TaskTemplate(containers=[container], max_retries=0))
parent = "projects/${project}/locations/us-central1"
job = jobs.create_job(parent=parent, job=run_v2.Job(template=template), job_id="python").result()
print(jobs.run_job(name=job.name).result().succeeded_count)
secrets = secretmanager.SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=channel()))
secret = secrets.create_secret(parent="projects/${project}", secret_id="python", secret={"replication": {"automatic": {}}})
secrets.add_secret_version(parent=secret.name, payload={"data": b"value"})
print(secrets.access_secret_version(name=secret.name + "/versions/latest").payload.data.decode())
`;
    const { stdout } = await run('python3', ['-c', script], { timeout: 120_000 });
    expect(stdout.trim().split('\n')).toEqual(['1', 'value']);
  });
});
