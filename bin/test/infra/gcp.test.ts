import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/infra/apply.ts';
import { status } from '../../src/infra/status.ts';
import { database, options, topic, useGoogle } from './support/use-google.ts';

const google = useGoogle();
const { context, requested } = google;

describe('apply', () => {
  test('prepares an empty project, uploads the module, shows the plan, then each resource', async () => {
    google.cloud.changes = [topic, { ...topic, intent: 'UNCHANGED' }];
    google.cloud.outcome = {
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

    expect([...google.cloud.enabled]).toContain('config.googleapis.com');
    expect([...google.cloud.accounts]).toEqual(['runvoy-infra@my-project-1.iam.gserviceaccount.com']);
    expect(google.cloud.bindings.map(({ role }) => role)).toContain('roles/config.agent');
    expect(google.cloud.bindings.map(({ role }) => role)).not.toContain('roles/owner');
    const [[object, archive]] = [...google.cloud.objects] as [[string, Buffer]];
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
    google.cloud.changes = [topic];
    await apply(context(), options);
    const before = google.cloud.bindings.length;
    google.cloud.deployment!.terraformBlueprint = {
      inputValues: { image: { inputValue: 'docker.io/a/b:1' }, region: { inputValue: 'europe-west1' } },
    };
    google.cloud.requests.length = 0;
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
    expect(google.cloud.bindings).toHaveLength(before);
    expect(requested(/setIamPolicy|batchEnable|POST .*serviceAccounts$/)).toEqual([]);
  });

  test('an operation that is under way is followed to its end first', async () => {
    google.cloud.changes = [topic];
    google.cloud.outcome = { steps: ['RUNNING_TF_INIT', 'RUNNING_TF_PLAN', 'RUNNING_TF_APPLY'] };
    await apply(context(), { ...options, wait: false });
    expect(google.cloud.deployment?.state).toBe('CREATING');
    google.cloud.changes = [];
    const one = context();
    await apply(one, options);
    expect(one.said.join('\n')).toMatch(/under way[\s\S]*running apply[\s\S]*Planning/);
    expect(one.answer).toMatchObject({ changes: 0 });
  });

  test('what holds data is not replaced by a yes that was given before the plan was seen', async () => {
    google.deploy();
    google.cloud.changes = [database];
    await expect(apply(context(), options)).rejects.toMatchObject({ field: '--delete-data' });
    expect(requested(/^PATCH /)).toEqual([]);
  });

  test('of a deployment that is there, only what is asked for is changed, and its account stays', async () => {
    google.deploy();
    const serviceAccount = 'projects/my-project-1/serviceAccounts/tf@my-project-1.iam.gserviceaccount.com';
    Object.assign(google.cloud.deployment!, { serviceAccount, workerPool: 'pool' });
    google.cloud.changes = [topic];
    await apply(context(), { ...options, parameter: ['name=team-b'] });
    expect(requested(/^PATCH /)[0]!.query).toEqual({
      updateMask: 'serviceAccount,importExistingResources,terraformBlueprint',
    });
    expect(google.cloud.deployment).toMatchObject({ serviceAccount, workerPool: 'pool', labels: { team: 'a' } });
    expect(requested(/setIamPolicy|batchEnable/)).toEqual([]);
  });

  test('a service account of the user’s own is used, and the project left as it is', async () => {
    google.switchOn();
    google.cloud.changes = [topic];
    await apply(context(), { ...options, serviceAccount: 'tf@my-project-1.iam.gserviceaccount.com' });
    expect(requested(/setIamPolicy|batchEnable/)).toEqual([]);
    expect(google.cloud.deployment?.serviceAccount).toBe(
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
    google.cloud.changes = [topic];
    await apply(context(), { ...options, template });
    expect(google.cloud.deployment?.terraformBlueprint).toMatchObject(source);
    expect(google.cloud.objects.size).toBe(0);
  });
});

test('--seed-admin-user makes an administrator with what the deployment says of itself, once', {
  timeout: 60_000,
}, async () => {
  google.cloud.changes = [topic];
  // What stands for the deployed store and tasks is the local provider.
  const environment = { RUNVOY_BACKEND_PROVIDER: 'local', RUNVOY_HOME: google.home, RUNVOY_LOCAL_RUNTIME: 'process' };
  google.cloud.outcome = { outputs: { api_endpoint: 'https://api.example.com', environment } };
  const seeded = { ...options, seedAdminUser: 'ops@example.com' };
  const one = context();
  await apply(one, seeded);
  expect(one.answer).toMatchObject({ admin: { email: 'ops@example.com' }, saved_to: `${google.home}/config.yaml` });
  expect(JSON.stringify(one.answer)).not.toContain('api_key');
  const saved = readFileSync(`${google.home}/config.yaml`, 'utf8');
  expect(saved).toMatch(/^api_endpoint: https:\/\/api\.example\.com\napi_key: \S{30,}\n$/);

  const again = context();
  await apply(again, seeded);
  expect(again.said.join('\n')).toContain('There is a user ops@example.com already');
  expect(readFileSync(`${google.home}/config.yaml`, 'utf8')).toBe(saved);
});

test('without an image there is no server, and what to do for one is said', async () => {
  google.cloud.changes = [topic];
  const repository = 'europe-west1-docker.pkg.dev/my-project-1/runvoy-images';
  google.cloud.outcome = { outputs: { api_endpoint: 'https://x', services: [], image_repository: repository } };
  await expect(apply(context(), { ...options, configure: true })).rejects.toMatchObject({
    code: 'CONFLICT',
    remedy: expect.stringContaining(`push its image to ${repository}/runvoy:<version>`),
  });
  const one = context();
  await status(one, options);
  expect(one.answer).toMatchObject({ state: 'ready', endpoint: undefined });
});

test('status tells outputs, and what somebody changed by hand', async () => {
  google.cloud.changes = [topic];
  google.cloud.outcome = { outputs: { api_endpoint: 'https://x' } };
  await apply(context(), options);
  const one = context();
  await status(one, { provider: 'gcp', drift: true });
  expect(one.answer).toMatchObject({
    state: 'ready',
    outputs: { api_endpoint: 'https://x' },
    drift: [{ resource: topic.address, how: 'deleted' }],
  });
});
