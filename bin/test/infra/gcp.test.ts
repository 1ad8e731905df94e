import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../../src/infra/apply.ts';
import { destroy } from '../../src/infra/destroy.ts';
import { plan } from '../../src/infra/plan.ts';
import { status } from '../../src/infra/status.ts';
import { temporaryFolder } from '../support/cli.ts';
import { recordedContext } from './support/recorded-context.ts';
import { type SimulatedGoogle, startGoogle } from './support/simulated-google.ts';

const name = 'projects/my-project-1/locations/us-central1/deployments/runvoy-backend';
const options = { provider: 'gcp', yes: true };
const topic = { address: 'google_pubsub_topic.stream["logs"]', type: 'google_pubsub_topic', intent: 'CREATE' };
const database = {
  address: 'google_firestore_database.this[0]',
  type: 'google_firestore_database',
  intent: 'RECREATE',
};

let cloud: SimulatedGoogle;
let home: ReturnType<typeof temporaryFolder>;
const context = () => recordedContext({ ...cloud.env, RUNVOY_HOME: home.path });
const requested = (pattern: RegExp) => cloud.requests.filter(({ call }) => pattern.test(call));
/** A project that was prepared before. */
const switchedOn = () => {
  for (const api of ['config', 'iam', 'cloudresourcemanager']) cloud.enabled.add(`${api}.googleapis.com`);
};
const active = () => {
  switchedOn();
  cloud.deployment = {
    name,
    state: 'ACTIVE',
    labels: { team: 'a' },
    terraformBlueprint: {
      gcsSource: 'gs://a/b',
      inputValues: { image: { inputValue: 'docker.io/a/b:1' }, region: { inputValue: 'us-central1' } },
    },
  };
};

beforeEach(async () => {
  cloud = await startGoogle();
  home = temporaryFolder();
});
afterEach(async () => {
  await cloud.close();
  home.remove();
});

describe('apply', () => {
  test('prepares an empty project, uploads the module, shows the plan, then each resource', async () => {
    cloud.changes = [topic, { ...topic, intent: 'UNCHANGED' }];
    cloud.outcome = {
      resources: [
        { address: topic.address, state: 'RECONCILED' },
        { address: 'x', state: 'PLANNED' },
      ],
      outputs: { api_endpoint: 'https://runvoy-orchestrator-1.us-central1.run.app' },
    };
    const one = context();
    await apply(one, {
      ...options,
      configure: true,
      parameter: ['scaling={"max_instances":2}', 'name=team-b', 'split_services=true'],
    });

    expect([...cloud.enabled]).toContain('config.googleapis.com');
    expect([...cloud.accounts]).toEqual(['runvoy-infra@my-project-1.iam.gserviceaccount.com']);
    expect(cloud.bindings.map(({ role }) => role)).toContain('roles/config.agent');
    expect(cloud.bindings.map(({ role }) => role)).not.toContain('roles/owner');
    const [[object, archive]] = [...cloud.objects] as [[string, Buffer]];
    expect(object).toMatch(/^my-project-1-runvoy-infra\/module-[0-9a-f]{16}\.zip$/);
    expect(archive.includes('services.tf')).toBe(true);

    const created = requested(/^POST .*\/deployments$/)[0]!.body as Record<string, unknown>;
    expect(created).toMatchObject({
      serviceAccount: 'projects/my-project-1/serviceAccounts/runvoy-infra@my-project-1.iam.gserviceaccount.com',
      importExistingResources: true,
      terraformBlueprint: {
        gcsSource: `gs://${object}`,
        inputValues: {
          project_id: { inputValue: 'my-project-1' },
          region: { inputValue: 'us-central1' },
          scaling: { inputValue: { max_instances: 2 } },
          name: { inputValue: 'team-b' },
          split_services: { inputValue: true },
        },
      },
    });
    expect(one.said.join('\n')).toMatch(
      /\+ create {2}google_pubsub_topic[\s\S]*1 to create[\s\S]*stream\["logs"\] reconciled[\s\S]*Terraform running apply/,
    );
    expect(one.answer).toMatchObject({ changes: 1, endpoint: 'https://runvoy-orchestrator-1.us-central1.run.app' });
    // The preview that the plan was made by is not left behind.
    expect(requested(/^DELETE .*\/previews\//)).toHaveLength(1);
  });

  test('a second apply keeps the inputs that are there, and prepares nothing again', async () => {
    cloud.changes = [topic];
    await apply(context(), options);
    const before = cloud.bindings.length;
    cloud.deployment!.terraformBlueprint = {
      inputValues: { image: { inputValue: 'docker.io/a/b:1' }, region: { inputValue: 'europe-west1' } },
    };
    cloud.requests.length = 0;
    await apply(context(), { ...options, parameter: ['name=team-b'] });
    expect(requested(/^PATCH /)[0]!.body).toMatchObject({
      terraformBlueprint: {
        inputValues: {
          image: { inputValue: 'docker.io/a/b:1' },
          // Elsewhere than Infrastructure Manager itself.
          region: { inputValue: 'europe-west1' },
          name: { inputValue: 'team-b' },
        },
      },
    });
    expect(cloud.bindings).toHaveLength(before);
    expect(requested(/setIamPolicy|batchEnable|POST .*serviceAccounts$/)).toEqual([]);
  });

  test('an operation that is under way is followed to its end first', async () => {
    cloud.changes = [topic];
    cloud.outcome = { steps: ['RUNNING_TF_INIT', 'RUNNING_TF_PLAN', 'RUNNING_TF_APPLY'] };
    await apply(context(), { ...options, wait: false });
    expect(cloud.deployment?.state).toBe('CREATING');
    cloud.changes = [];
    const one = context();
    await apply(one, options);
    expect(one.said.join('\n')).toMatch(/under way[\s\S]*running apply[\s\S]*Planning/);
    expect(one.answer).toMatchObject({ changes: 0 });
  });

  test('a deployment that somebody locked is left alone, and said by whom', async () => {
    active();
    cloud.deployment!.lockState = 'LOCKED';
    cloud.changes = [topic];
    const failed = apply(context(), options);
    await expect(failed).rejects.toMatchObject({
      code: 'CONFLICT',
      remedy: expect.stringContaining(`unlock ${name} --lock-id=99`),
    });
    await expect(failed).rejects.toThrow('locked by somebody@example.com');
    expect(requested(/^PATCH /)).toEqual([]);
  });

  test.each([
    [
      'permission',
      {
        failures: [
          { resourceAddress: 'a', httpResponseCode: 403, errorDescription: "Permission 'run.services.create' denied" },
        ],
      },
      'FORBIDDEN',
      'Grant the role',
    ],
    [
      'organisation policy',
      {
        failures: [
          {
            httpResponseCode: 412,
            errorDescription:
              'One or more users named in the policy do not belong to a permitted customer: constraints/iam.allowedPolicyMemberDomains',
          },
        ],
      },
      'FORBIDDEN',
      'open_by_all_users',
    ],
    [
      'quota',
      { failures: [{ resourceAddress: 'a', httpResponseCode: 429, errorDescription: 'Quota exceeded for CPU' }] },
      'CAPACITY_EXCEEDED',
      'Quotas page',
    ],
    [
      'left over',
      { failures: [{ httpResponseCode: 409, errorDescription: 'Database already exists' }] },
      'CONFLICT',
      'firestore_database_exists',
    ],
    [
      'API just enabled',
      {
        failures: [
          {
            httpResponseCode: 403,
            errorDescription: 'Cloud Run Admin API has not been used in project 1 before or it is disabled',
          },
        ],
      },
      'CONFLICT',
      'wait a minute',
    ],
    ['no build permission', { errorCode: 'CLOUD_BUILD_PERMISSION_DENIED' }, 'SERVICE_UNAVAILABLE', 'apply again'],
    ['quota validation', { errorCode: 'QUOTA_VALIDATION_FAILED' }, 'CAPACITY_EXCEEDED', 'Quotas page'],
  ])('a failure (%s) is told with its cause and what to do', async (_name, outcome, code, remedy) => {
    cloud.changes = [topic];
    cloud.outcome = outcome;
    await expect(apply(context(), options)).rejects.toMatchObject({ code, remedy: expect.stringContaining(remedy) });
    // What was made is kept, and the next apply goes on from there.
    cloud.outcome = {};
    await apply(context(), options);
    expect(cloud.deployment?.state).toBe('ACTIVE');
  });

  test('of several failures the one with a known cause is told', async () => {
    cloud.changes = [topic];
    cloud.outcome = {
      failures: [
        { errorDescription: 'Error waiting for something' },
        { errorDescription: 'Quota exceeded', resourceAddress: 'b' },
      ],
    };
    await expect(apply(context(), options)).rejects.toThrow('failed: b: Quota exceeded (and 1 more)');
  });

  test('a plan that fails says why, and leaves no preview behind', async () => {
    cloud.preview = { failures: [{ errorDescription: 'Invalid value for variable: Give a region' }] };
    await expect(apply(context(), options)).rejects.toThrow('Give a region');
    expect(requested(/^DELETE .*\/previews\//)).toHaveLength(1);
    expect(cloud.deployment).toBeUndefined();
  });

  test('what holds data is not replaced by a yes that was given before the plan was seen', async () => {
    active();
    cloud.changes = [database];
    await expect(apply(context(), options)).rejects.toMatchObject({ field: '--delete-data' });
    expect(requested(/^PATCH /)).toEqual([]);
  });

  test('an API that is not switched on, and a project without permission', async () => {
    cloud.faults.set('GET /v1/projects/my-project-1/services', {
      status: 403,
      error: { code: 403, message: "Permission 'serviceusage.services.get' denied", status: 'PERMISSION_DENIED' },
    });
    await expect(apply(context(), options)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('serviceusage.services.get'),
    });
    cloud.faults.clear();
    const one = context();
    await status(one, options);
    expect(one.answer).toMatchObject({ state: 'absent' });
    const own = apply(context(), { ...options, serviceAccount: 'tf@my-project-1.iam.gserviceaccount.com' });
    await expect(own).rejects.toMatchObject({
      remedy: expect.stringContaining('gcloud services enable config.googleapis.com'),
    });
  });

  test('waits until an API that was switched on answers, and an account that was made is known', async () => {
    cloud.lateness = 2;
    cloud.faults.set('POST /v1/projects/my-project-1:setIamPolicy', {
      status: 400,
      error: { code: 400, message: 'Service account runvoy-infra@… does not exist.', status: 'INVALID_ARGUMENT' },
      times: 1,
    });
    await plan(context(), options);
    expect(requested(/:setIamPolicy$/)).toHaveLength(2);
    expect(cloud.bindings.map(({ role }) => role)).toContain('roles/config.agent');
  });

  test('a policy that somebody changed meanwhile is read again, and loses nothing', async () => {
    cloud.faults.set('POST /v1/projects/my-project-1:setIamPolicy', {
      status: 409,
      error: { code: 409, message: 'There were concurrent policy changes.', status: 'ABORTED' },
      times: 1,
    });
    cloud.bindings = [{ role: 'roles/owner', members: ['user:ana@example.com'] }];
    await plan(context(), options);
    expect(cloud.bindings[0]).toEqual({ role: 'roles/owner', members: ['user:ana@example.com'] });
  });

  test('a project without billing is told so', async () => {
    cloud.faults.set('POST /v1/projects/my-project-1/services:batchEnable', {
      status: 400,
      error: { code: 400, message: 'Billing account for project 1 is not found.', status: 'FAILED_PRECONDITION' },
    });
    await expect(plan(context(), options)).rejects.toMatchObject({ remedy: expect.stringContaining('billing') });
  });

  test('of a deployment that is there, only what is asked for is changed, and its account stays', async () => {
    active();
    const serviceAccount = 'projects/my-project-1/serviceAccounts/tf@my-project-1.iam.gserviceaccount.com';
    Object.assign(cloud.deployment!, { serviceAccount, workerPool: 'pool' });
    cloud.changes = [topic];
    await apply(context(), { ...options, parameter: ['name=team-b'] });
    expect(requested(/^PATCH /)[0]!.query).toEqual({
      updateMask: 'serviceAccount,importExistingResources,terraformBlueprint',
    });
    expect(cloud.deployment).toMatchObject({ serviceAccount, workerPool: 'pool', labels: { team: 'a' } });
    expect(requested(/setIamPolicy|batchEnable/)).toEqual([]);
  });

  test('a service account of the user’s own is used, and the project left as it is', async () => {
    switchedOn();
    cloud.changes = [topic];
    await apply(context(), { ...options, serviceAccount: 'tf@my-project-1.iam.gserviceaccount.com' });
    expect(requested(/setIamPolicy|batchEnable/)).toEqual([]);
    expect(cloud.deployment?.serviceAccount).toBe(
      'projects/my-project-1/serviceAccounts/tf@my-project-1.iam.gserviceaccount.com',
    );
  });

  test.each([
    ['gs://bucket/module.zip', { gcsSource: 'gs://bucket/module.zip' }],
    [
      'https://github.com/o/r.git//providers/gcp/deploy?ref=v1',
      { gitSource: { repo: 'https://github.com/o/r.git', directory: 'providers/gcp/deploy', ref: 'v1' } },
    ],
  ])('--template %s is taken from there', async (template, source) => {
    cloud.changes = [topic];
    await apply(context(), { ...options, template });
    expect(cloud.deployment?.terraformBlueprint).toMatchObject(source);
    expect(cloud.objects.size).toBe(0);
  });
});

test('--seed-admin-user makes an administrator with what the deployment says of itself, once', {
  timeout: 60_000,
}, async () => {
  cloud.changes = [topic];
  // What stands for the deployed store and tasks is the local provider.
  const environment = { RUNVOY_BACKEND_PROVIDER: 'local', RUNVOY_HOME: home.path, RUNVOY_LOCAL_RUNTIME: 'process' };
  cloud.outcome = { outputs: { api_endpoint: 'https://api.example.com', environment } };
  const seeded = { ...options, seedAdminUser: 'ops@example.com' };
  const one = context();
  await apply(one, seeded);
  expect(one.answer).toMatchObject({ admin: { email: 'ops@example.com' }, saved_to: `${home.path}/config.yaml` });
  expect(JSON.stringify(one.answer)).not.toContain('api_key');
  const saved = readFileSync(`${home.path}/config.yaml`, 'utf8');
  expect(saved).toMatch(/^api_endpoint: https:\/\/api\.example\.com\napi_key: \S{30,}\n$/);

  const again = context();
  await apply(again, seeded);
  expect(again.said.join('\n')).toContain('There is a user ops@example.com already');
  expect(readFileSync(`${home.path}/config.yaml`, 'utf8')).toBe(saved);
});

test('plan makes nothing but what it needs itself, and asks before that', async () => {
  cloud.changes = [topic, database];
  await expect(plan(context(), { provider: 'gcp' })).rejects.toMatchObject({ field: '--yes' });
  expect([cloud.accounts.size, cloud.enabled.size, cloud.bindings.length]).toEqual([0, 0, 0]);
  const one = context();
  await plan(one, { provider: 'gcp', yes: true });
  expect(one.said.join('\n')).toContain(
    '  + service account runvoy-infra@my-project-1.iam.gserviceaccount.com, which Terraform runs as',
  );
  expect(one.answer).toMatchObject({
    changes: [
      { action: 'create', holdsData: false },
      { action: 'replace', holdsData: true },
    ],
  });
  expect(cloud.deployment).toBeUndefined();
});

test('without an image there is no server, and what to do for one is said', async () => {
  cloud.changes = [topic];
  const repository = 'europe-west1-docker.pkg.dev/my-project-1/runvoy-images';
  cloud.outcome = { outputs: { api_endpoint: 'https://x', services: [], image_repository: repository } };
  await expect(apply(context(), { ...options, configure: true })).rejects.toMatchObject({
    code: 'CONFLICT',
    remedy: expect.stringContaining(`push its image to ${repository}/runvoy:<version>`),
  });
  const one = context();
  await status(one, options);
  expect(one.answer).toMatchObject({ state: 'ready', endpoint: undefined });
});

test('status tells why the last apply failed', async () => {
  cloud.changes = [topic];
  cloud.outcome = { failures: [{ resourceAddress: 'a', errorDescription: 'Quota exceeded for CPU' }] };
  await expect(apply(context(), options)).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
  const one = context();
  await status(one, options);
  expect(one.answer).toMatchObject({
    state: 'failed',
    detail: 'FAILED: the last apply failed: a: Quota exceeded for CPU',
  });
});

test('status tells outputs, and what somebody changed by hand', async () => {
  cloud.changes = [topic];
  cloud.outcome = { outputs: { api_endpoint: 'https://x' } };
  await apply(context(), options);
  const one = context();
  await status(one, { provider: 'gcp', drift: true });
  expect(one.answer).toMatchObject({
    state: 'ready',
    outputs: { api_endpoint: 'https://x' },
    drift: [{ resource: topic.address, how: 'deleted' }],
  });
});

describe('destroy', () => {
  const made = (type: string, id: string) => ({
    mode: 'managed',
    type,
    name: 'this',
    instances: [{ attributes: { id } }],
  });

  beforeEach(() => {
    active();
    cloud.state.resources = [
      made('google_firestore_database', 'projects/p/databases/runvoy'),
      made('google_firestore_index', 'i'),
      made('google_kms_crypto_key', 'projects/p/key'),
      made('google_pubsub_topic', 't'),
    ];
  });

  test('Terraform forgets what holds data before it destroys the rest', async () => {
    const one = context();
    await destroy(one, options);
    expect(one.answer).toEqual({
      destroyed: true,
      kept: ['google_firestore_database projects/p/databases/runvoy', 'google_kms_crypto_key projects/p/key'],
    });
    expect(cloud.state).toMatchObject({ serial: 2, resources: [{ type: 'google_pubsub_topic' }] });
    expect(cloud.deployment).toBeUndefined();
    const order = cloud.requests.map(({ call }) => call.replace(/^.*(:\w+)$/, '$1').replace(/ .*deployments.*/, ''));
    expect(order.filter((call) => /^(:lock|:importState|:unlock|DELETE)$/.test(call))).toEqual([
      ':lock',
      ':importState',
      ':unlock',
      'DELETE',
    ]);
  });

  test('with --delete-data the database goes, once it is not protected; the key never does', async () => {
    const one = context();
    await destroy(one, { ...options, deleteData: true });
    expect(requested(/^PATCH /)[0]).toMatchObject({
      query: { updateMask: 'terraformBlueprint' },
      body: { terraformBlueprint: { gcsSource: 'gs://a/b', inputValues: { keep_data: { inputValue: false } } } },
    });
    expect(one.answer).toMatchObject({ kept: ['google_kms_crypto_key projects/p/key'] });
    expect(cloud.state.resources.map(({ type }) => type)).toContain('google_firestore_database');
  });

  test('when the state cannot be exchanged, it is unlocked again and nothing is destroyed', async () => {
    cloud.faults.set('PUT /signed/state', { status: 500, error: { message: 'no' } });
    await expect(destroy(context(), options)).rejects.toMatchObject({
      remedy: expect.stringContaining('Nothing was destroyed'),
    });
    expect(cloud.deployment?.lockState).toBe('UNLOCKED');
    expect(requested(/^DELETE /)).toEqual([]);
  });

  test('a lock of somebody else’s stops it', async () => {
    cloud.deployment!.lockState = 'LOCKED';
    await expect(destroy(context(), options)).rejects.toThrow('locked by somebody@example.com');
    expect(requested(/^DELETE /)).toEqual([]);
  });
});
