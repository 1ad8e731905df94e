import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Applied,
  hasTerraform,
  moduleFolder,
  openModule,
  type Resource,
  type TerraformModule,
} from './terraform.ts';

const image = 'us-central1-docker.pkg.dev/my-project-1/runvoy-images/runvoy:1.0.0';

describe.skipIf(!hasTerraform)('the module, as Terraform understands it', { timeout: 120_000 }, () => {
  let module: TerraformModule;
  beforeAll(async () => {
    module = await openModule();
  });
  afterAll(() => module?.[Symbol.asyncDispose]());

  const ofType = ({ resources }: Applied, type: string): Resource[] => resources.filter((each) => each.type === type);
  const services = (applied: Applied): Record<string, Resource['values']> =>
    Object.fromEntries(ofType(applied, 'google_cloud_run_v2_service').map(({ values }) => [values.name, values]));
  const environment = (service: Resource['values']): Record<string, string> =>
    Object.fromEntries(
      service.template[0].containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );

  test('is formatted as Terraform formats', () => {
    const { status, stdout } = spawnSync('terraform', ['fmt', '-check', '-recursive', moduleFolder], {
      encoding: 'utf8',
    });
    expect(`${status} ${stdout}`).toBe('0 ');
  });

  test('the first apply makes everything but the services, the registry to push to included', async () => {
    const applied = await module.apply({});
    expect(services(applied)).toEqual({});
    expect(applied.outputs).toMatchObject({
      services: [],
      api_endpoint: 'https://runvoy-orchestrator-123456789012.us-central1.run.app',
      image_repository: 'us-central1-docker.pkg.dev/my-project-1/runvoy-images',
    });
    expect(ofType(applied, 'google_artifact_registry_repository').map(({ values }) => values.repository_id)).toEqual([
      'runvoy-docker-hub',
      'runvoy-images',
    ]);
  });

  test('one service does everything, open to the internet, under the orchestrator account', async () => {
    const applied = await module.apply({ image });
    const { 'runvoy-orchestrator': service, ...others } = services(applied);
    expect(others).toEqual({});
    expect(service).toMatchObject({ invoker_iam_disabled: true, ingress: 'INGRESS_TRAFFIC_ALL' });
    expect(service.template[0]).toMatchObject({
      service_account: 'runvoy-orchestrator@my-project-1.iam.gserviceaccount.com',
      scaling: [{ min_instance_count: 0, max_instance_count: 4 }],
      timeout: '3600s',
    });
    const [{ startup_probe, liveness_probe }] = service.template[0].containers;
    for (const probe of [startup_probe, liveness_probe]) expect(probe[0].http_get[0].path).not.toBe('/healthz');
    expect(environment(service)).toMatchObject({
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_ROLE: 'all',
      RUNVOY_TRUSTED_PROXIES: '1',
      RUNVOY_GCP_PUSH_AUDIENCE: 'https://runvoy-orchestrator-123456789012.us-central1.run.app',
      RUNVOY_GCP_PUSH_SERVICE_ACCOUNT: 'runvoy-push@my-project-1.iam.gserviceaccount.com',
      RUNVOY_GCP_SECRETS_KMS_KEY: 'projects/my-project-1/locations/global/keyRings/runvoy/cryptoKeys/secrets',
      RUNVOY_GCP_JOB_DEFAULT_SERVICE_ACCOUNT: 'runvoy-job@my-project-1.iam.gserviceaccount.com',
    });
    const members = ofType(applied, 'google_project_iam_member').map(({ values }) => values.member.split('@')[0]);
    expect(new Set(members)).toEqual(new Set(['serviceAccount:runvoy-orchestrator', 'serviceAccount:runvoy-job']));
  });

  test('three services: the processor is closed, and each has its own account', async () => {
    const applied = await module.apply({ image, split_services: true });
    const made = services(applied);
    expect(
      Object.entries(made).map(([name, values]) => [
        name,
        environment(values).RUNVOY_ROLE,
        values.invoker_iam_disabled,
        values.template[0].service_account.split('@')[0],
      ]),
    ).toEqual([
      ['runvoy-orchestrator', 'orchestrator', true, 'runvoy-orchestrator'],
      ['runvoy-processor', 'processor', false, 'runvoy-processor'],
      ['runvoy-websocket', 'websocket', true, 'runvoy-processor'],
    ]);
    const processor = 'https://runvoy-processor-123456789012.us-central1.run.app';
    for (const { values } of ofType(applied, 'google_pubsub_subscription').filter(({ name }) => name === 'push')) {
      const [push] = values.push_config;
      expect(push.push_endpoint).toBe(`${processor}/notifications`);
      expect(push.oidc_token).toEqual([
        { audience: processor, service_account_email: 'runvoy-push@my-project-1.iam.gserviceaccount.com' },
      ]);
    }
    const [scheduler] = ofType(applied, 'google_cloud_scheduler_job');
    expect(scheduler!.values.http_target[0].oidc_token[0].audience).toBe(processor);
    expect(environment(made['runvoy-orchestrator']).RUNVOY_PUBLIC_URL).toBe(
      'https://runvoy-websocket-123456789012.us-central1.run.app',
    );
    expect(
      ofType(applied, 'google_cloud_run_v2_service_iam_member').map(({ values }) => [values.name, values.member]),
    ).toEqual([['runvoy-processor', 'serviceAccount:runvoy-push@my-project-1.iam.gserviceaccount.com']]);
  });

  test('subscriptions never expire, push as recommended, and lose no event', async () => {
    const applied = await module.apply({ image });
    const subscriptions: Record<string, Resource['values']> = Object.fromEntries(
      ofType(applied, 'google_pubsub_subscription').map(({ values }) => [values.name, values]),
    );
    for (const values of Object.values(subscriptions)) expect(values.expiration_policy).toEqual([{ ttl: '' }]);
    expect(subscriptions['runvoy-logs-push']).toMatchObject({
      ack_deadline_seconds: 30,
      message_retention_duration: '3600s',
      retry_policy: [{ minimum_backoff: '1s', maximum_backoff: '60s' }],
      dead_letter_policy: [],
    });
    expect(subscriptions['runvoy-events-push']).toMatchObject({
      ack_deadline_seconds: 60,
      message_retention_duration: '604800s',
      retry_policy: [{ minimum_backoff: '5s', maximum_backoff: '300s' }],
      dead_letter_policy: [
        { dead_letter_topic: 'projects/my-project-1/topics/runvoy-events-dead', max_delivery_attempts: 10 },
      ],
    });
    const pubsub = 'serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com';
    const named = (type: string, names: string[]) => ofType(applied, type).filter(({ name }) => names.includes(name));
    expect(named('google_pubsub_subscription_iam_member', ['dead_letter']).map(({ values }) => values)).toMatchObject([
      { subscription: 'runvoy-events-push', role: 'roles/pubsub.subscriber', member: pubsub },
    ]);
    expect(
      named('google_pubsub_topic_iam_member', ['dead_letter', 'sink']).map(({ values }) => [
        values.topic,
        values.member,
      ]),
    ).toEqual([
      ['runvoy-events-dead', pubsub],
      ['runvoy-events', 'serviceAccount:runvoy-events-writer@example'],
      ['runvoy-logs', 'serviceAccount:runvoy-logs-writer@example'],
    ]);
  });

  test('indexes, exemptions and time to live are those of the file, in the collections of the deployment', async () => {
    const applied = await module.apply({ name: 'team-b', firestore_database: 'other' });
    const all = [...ofType(applied, 'google_firestore_index'), ...ofType(applied, 'google_firestore_field')];
    expect(all.length).toBeGreaterThan(2);
    for (const { values } of all) {
      expect(values.database).toBe('other');
      expect(values.collection).not.toMatch(/^runvoy-/);
    }
    const expiring = ofType(applied, 'google_firestore_field').filter(({ values }) => values.ttl_config.length > 0);
    expect(expiring.length).toBeGreaterThan(0);
    for (const { values } of expiring) expect(values.index_config).toEqual([{ indexes: [] }]);
  });

  test('commands run as the job account or as one that is listed, never as another', async () => {
    const deployer = 'deployer@my-project-1.iam.gserviceaccount.com';
    const applied = await module.apply({ image, split_services: true, task_service_accounts: [deployer] });
    const accounts = ofType(applied, 'google_service_account_iam_member').filter(({ name }) => name === 'run_as');
    const project = 'projects/my-project-1/serviceAccounts';
    const member = (name: string) => `serviceAccount:runvoy-${name}@my-project-1.iam.gserviceaccount.com`;
    expect(accounts.map(({ values }) => [values.member, values.service_account_id])).toEqual([
      [member('orchestrator'), `projects/-/serviceAccounts/${deployer}`],
      [member('orchestrator'), `${project}/runvoy-job@my-project-1.iam.gserviceaccount.com`],
      [member('processor'), `projects/-/serviceAccounts/${deployer}`],
      [member('processor'), `${project}/runvoy-job@my-project-1.iam.gserviceaccount.com`],
      [member('processor'), `${project}/runvoy-push@my-project-1.iam.gserviceaccount.com`],
    ]);
    expect(ofType(applied, 'google_project_iam_member').map(({ values }) => values.role)).not.toContain(
      'roles/iam.serviceAccountUser',
    );
  });

  test('behind a load balancer, the number of proxies is a setting', async () => {
    const applied = await module.apply({ image, environment: { RUNVOY_TRUSTED_PROXIES: '2' } });
    expect(environment(services(applied)['runvoy-orchestrator']).RUNVOY_TRUSTED_PROXIES).toBe('2');
  });

  test('a VPC: a connector that exists, or one that is made', async () => {
    const network = { network: 'default', ip_cidr_range: '10.8.0.0/28', egress: 'all-traffic' };
    const made = await module.apply({ image, vpc: network });
    expect(environment(services(made)['runvoy-orchestrator'])).toMatchObject({
      RUNVOY_GCP_VPC_CONNECTOR: 'projects/my-project-1/locations/us-central1/connectors/runvoy-connector',
      RUNVOY_GCP_VPC_EGRESS: 'all-traffic',
    });
    const given = await module.apply({ image, vpc: { connector: 'ours' } });
    expect(ofType(given, 'google_vpc_access_connector')).toEqual([]);
    expect(environment(services(given)['runvoy-orchestrator'])).toMatchObject({
      RUNVOY_GCP_VPC_CONNECTOR: 'ours',
      RUNVOY_GCP_VPC_EGRESS: 'private-ranges-only',
    });
  });

  test.each([
    ['project_id', '123456', 'not its number'],
    ['region', 'us-central1-a', 'not a zone'],
    ['name', 'Runvoy', 'lower-case letters'],
    ['name', 'far-too-long-name', '4 to 13'],
    ['image', 'runvoy', 'with its registry'],
    ['firestore_database', '(default)', 'left to other programs'],
    ['secrets_key', 'projects/p/locations/us-central1/keyRings/r/cryptoKeys/k', 'location global'],
    ['task_service_accounts', ['somebody@example.com'], 'service accounts'],
    ['vpc', { network: 'default' }, 'both network and'],
    ['vpc', { connector: 'ours', egress: 'everything' }, 'private-ranges-only or all-traffic'],
    ['reconcile_schedule', 'hourly', 'five fields'],
    ['log_retention_days', 0, '1 to 3650'],
    ['alert_emails', ['nobody'], 'e-mail addresses'],
    ['scaling', { min_instances: 5 }, 'max_instances'],
    ['scaling', { cpu: '0.5' }, 'one request at a time'],
    ['environment', { RUNVOY_GCP_REGION: 'x' }, 'the module sets itself'],
  ])('a wrong %s is refused with what to give: %j', async (name, value, says) => {
    await expect(module.apply({ image, [name]: value })).rejects.toThrow(
      new RegExp(`Invalid value[^]*${says.split(' ').join('\\s+(?:│\\s+)?')}`),
    );
  });

  test('destroying never takes the key of the secrets along', async () => {
    await module.apply({ image });
    const { code, output } = await module.run('destroy', '-auto-approve', '-no-color', '-var-file=test.tfvars.json');
    expect(code).toBe(1);
    expect(output).toContain('lifecycle.prevent_destroy');
    expect((await module.run('state', 'list')).output).toContain('google_cloud_run_v2_service.this["orchestrator"]');
  });
});

describe.skipIf(!hasTerraform)('the example', () => {
  test('is a root that is valid', { timeout: 120_000 }, async () => {
    await using root = await openModule('examples/root');
    expect(await root.run('validate', '-no-color')).toMatchObject({ code: 0 });
  });
});
