import { expect, test } from 'vitest';
import { config, type GcpConfig } from '../../src/config/config.ts';

type Environment = Record<string, string>;

const required = { RUNVOY_GCP_PROJECT_ID: 'my-gcp-project', RUNVOY_GCP_REGION: 'us-central1' };

function read(environment: Environment): GcpConfig {
  return config.parse({ ...required, ...environment });
}

function problems(environment: Environment): string[] {
  const parsed = config.safeParse(environment);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
}

test('two settings are enough', () => {
  expect(read({})).toMatchObject({
    deployment: 'runvoy',
    firestore: { database: 'runvoy', prefix: 'runvoy-' },
    secrets: { prefix: 'runvoy-secrets', kmsKey: undefined },
    jobs: {
      region: 'us-central1',
      serviceAccount: 'runvoy-job@my-gcp-project.iam.gserviceaccount.com',
      defaultImage: 'docker.io/library/alpine:latest',
    },
    topics: { events: 'runvoy-events', logs: 'runvoy-logs' },
    push: { auth: 'oidc', serviceAccount: 'runvoy-push@my-gcp-project.iam.gserviceaccount.com' },
    reconcileSchedule: '0 * * * *',
    observability: { enabled: false, namespace: 'runvoy' },
  });
});

test("the seed's settings are read", () => {
  const seed = read({
    RUNVOY_GCP_SECRETS_KMS_KEY: 'projects/my-gcp-project/locations/global/keyRings/runvoy/cryptoKeys/secrets',
    RUNVOY_GCP_JOB_DEFAULT_REGION: 'europe-west1',
    RUNVOY_GCP_JOB_DEFAULT_RUNTIME: 'python39',
    RUNVOY_GCP_ARTIFACT_REGISTRY_REPO: 'runvoy-images',
    RUNVOY_GCP_VPC_CONNECTOR: 'runvoy-connector',
    RUNVOY_GCP_VPC_EGRESS: 'private-ranges-only',
    RUNVOY_GCP_OBSERVABILITY_ENABLED: 'true',
    RUNVOY_PUBLIC_URL: 'https://runvoy.example.com/',
  });
  expect(seed.jobs).toMatchObject({
    region: 'europe-west1',
    defaultImage: 'docker.io/library/python:3.9-slim',
    registry: 'us-central1-docker.pkg.dev/my-gcp-project/runvoy-images',
    vpcConnector: 'runvoy-connector',
    vpcEgress: 'private-ranges-only',
  });
  expect(seed.push).toMatchObject({
    processorUrl: 'https://runvoy.example.com',
    audience: 'https://runvoy.example.com',
  });
});

test('all problems are told at once, each with its variable', () => {
  const found = problems({
    RUNVOY_GCP_REGION: 'the moon',
    RUNVOY_GCP_FIRESTORE_DATABASE: 'Runvoy_DB',
    RUNVOY_GCP_SECRETS_KMS_KEY: 'projects/p/locations/us-central1/keyRings/r/cryptoKeys/k',
    RUNVOY_GCP_JOB_DEFAULT_RUNTIME: 'cobol85',
    RUNVOY_GCP_HEALTH_RECONCILE_SCHEDULE: 'hourly',
    RUNVOY_GCP_LOG_RETENTION_DAYS: '0',
  });
  expect(found.map((problem) => problem.split(' ')[0]).sort()).toEqual([
    'RUNVOY_GCP_FIRESTORE_DATABASE',
    'RUNVOY_GCP_HEALTH_RECONCILE_SCHEDULE',
    'RUNVOY_GCP_JOB_DEFAULT_RUNTIME',
    'RUNVOY_GCP_LOG_RETENTION_DAYS',
    'RUNVOY_GCP_PROJECT_ID',
    'RUNVOY_GCP_REGION',
    'RUNVOY_GCP_SECRETS_KMS_KEY',
  ]);
  expect(found.find((problem) => problem.includes('KMS'))).toContain('global');
});

test('unsigned pushes are for the emulator on this machine only', () => {
  const none = { ...required, RUNVOY_GCP_PUSH_AUTH: 'none' };
  expect(problems(none)).toHaveLength(1);
  expect(problems({ ...none, PUBSUB_EMULATOR_HOST: '127.0.0.1:8085', RUNVOY_HOST: '0.0.0.0' })).toHaveLength(1);
  expect(problems({ ...none, PUBSUB_EMULATOR_HOST: '127.0.0.1:8085' })).toEqual([]);
  expect(problems({ ...none, PUBSUB_EMULATOR_HOST: '127.0.0.1:8085', RUNVOY_HOST: '::1' })).toEqual([]);
});

test('what goes through a VPC connector needs one', () => {
  expect(problems({ ...required, RUNVOY_GCP_VPC_EGRESS: 'all-traffic' })[0]).toContain('RUNVOY_GCP_VPC_CONNECTOR');
});
