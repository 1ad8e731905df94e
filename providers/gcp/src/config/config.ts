import { z } from 'zod';
import { oneOf, optional, text, wholeNumber, withDefault } from './fields.ts';
import { imageOfRuntime, runtimeExamples } from './runtimes.ts';

const projectId = /^(?:[a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const region = /^[a-z]+-[a-z]+\d{1,2}$/;
const serviceName = /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/;
const serviceAccount = /^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/;
const topic = /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/;
const address = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/;
const url = /^https?:\/\/[^\s/]+(?:\/[^\s?#]*)?$/;
const name = 'a name of up to 49 lower-case letters, digits and dashes, such as runvoy-processor';

/** Every variable with its form and its default; README.md has the same as a table. */
export const variables = {
  RUNVOY_GCP_PROJECT_ID: text(projectId, 'the id (not the number) of a Google Cloud project, such as my-project-1'),
  RUNVOY_GCP_REGION: text(region, 'a region, such as us-central1'),
  RUNVOY_GCP_ORCHESTRATOR_SERVICE: withDefault(serviceName, name, 'runvoy-orchestrator'),
  RUNVOY_GCP_PROCESSOR_SERVICE: withDefault(serviceName, name, 'runvoy-processor'),
  RUNVOY_GCP_WEBSOCKET_SERVICE: withDefault(serviceName, name, 'runvoy-websocket'),
  RUNVOY_GCP_FIRESTORE_DATABASE: withDefault(
    /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
    'the id of a Firestore database, 4 to 63 lower-case letters, digits and dashes, or (default)',
    'runvoy',
  ),
  RUNVOY_GCP_FIRESTORE_COLLECTION_PREFIX: withDefault(
    /^[a-z](?:[a-z0-9-]{0,13}[a-z0-9])?-?$/,
    'up to 16 lower-case letters, digits and dashes that start with a letter, such as runvoy-',
    'runvoy-',
  ),
  RUNVOY_GCP_SECRETS_PREFIX: withDefault(
    /^[A-Za-z][\w-]{0,62}$/,
    'up to 63 letters, digits, dashes and underscores that start with a letter, such as runvoy-secrets',
    'runvoy-secrets',
  ),
  RUNVOY_GCP_SECRETS_KMS_KEY: optional(
    /^projects\/[^/]+\/locations\/global\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    'a key in the location global, because secrets are replicated automatically: projects/…/locations/global/keyRings/…/cryptoKeys/…',
  ),
  RUNVOY_GCP_JOB_DEFAULT_REGION: optional(region, 'a region, such as us-central1'),
  RUNVOY_GCP_JOB_DEFAULT_SERVICE_ACCOUNT: optional(
    serviceAccount,
    'the e-mail address of a service account, such as runvoy-job@my-project.iam.gserviceaccount.com',
  ),
  RUNVOY_GCP_JOB_DEFAULT_RUNTIME: z.preprocess(
    (value) => value || undefined,
    z
      .string()
      .default('alpine')
      .refine((value) => imageOfRuntime(value) !== undefined, `must be a runtime such as ${runtimeExamples}`),
  ),
  RUNVOY_GCP_SIDECAR_IMAGE: withDefault(
    /^[^\s]+$/,
    'an image with sh, git and the tools of busybox (or the same of GNU)',
    'docker.io/alpine/git:latest',
  ),
  RUNVOY_GCP_EVENTARC_TOPIC: withDefault(topic, 'the id of a Pub/Sub topic, such as runvoy-events', 'runvoy-events'),
  RUNVOY_GCP_PUBSUB_LOGS_TOPIC: withDefault(topic, 'the id of a Pub/Sub topic, such as runvoy-logs', 'runvoy-logs'),
  RUNVOY_GCP_HEALTH_RECONCILE_SCHEDULE: withDefault(
    /^(?:[\d*,/-]+|[A-Za-z,-]{3,})(?:\s+(?:[\d*,/-]+|[A-Za-z,-]{3,})){4}$/,
    'five fields of a cron schedule, such as 0 * * * *',
    '0 * * * *',
  ),
  RUNVOY_GCP_ARTIFACT_REGISTRY_REPO: optional(
    /^(?:[a-z][a-z0-9-]{0,62}|[a-z0-9-]+-docker\.pkg\.dev\/[a-z0-9.:-]+\/[a-z0-9-]+)$/,
    'the name of an Artifact Registry repository in this project and region, or us-docker.pkg.dev/<project>/<repository>',
  ),
  RUNVOY_GCP_VPC_CONNECTOR: optional(
    /^(?:[a-z][a-z0-9-]{0,24}|projects\/[^/]+\/locations\/[^/]+\/connectors\/[^/]+)$/,
    'the name of a Serverless VPC Access connector',
  ),
  RUNVOY_GCP_VPC_EGRESS: oneOf(['private-ranges-only', 'all-traffic']),
  RUNVOY_GCP_OBSERVABILITY_ENABLED: oneOf(['true', 'false'], 'false'),
  RUNVOY_GCP_METRICS_NAMESPACE: withDefault(
    /^[A-Za-z][\w./-]{0,60}$/,
    'up to 61 letters, digits and ._/- that start with a letter',
    'runvoy',
  ),
  RUNVOY_GCP_LOG_RETENTION_DAYS: wholeNumber(1, 3650, 30),
  RUNVOY_GCP_PROCESSOR_URL: optional(
    url,
    'the URL that the processor is reached at, such as https://runvoy.example.com',
  ),
  RUNVOY_GCP_PUSH_SERVICE_ACCOUNT: optional(
    serviceAccount,
    'the e-mail address of the service account that pushes, such as runvoy-push@my-project.iam.gserviceaccount.com',
  ),
  RUNVOY_GCP_PUSH_AUDIENCE: optional(
    /^\S+$/,
    'the audience that push subscriptions and the Scheduler job ask tokens for',
  ),
  RUNVOY_GCP_PUSH_AUTH: oneOf(['oidc', 'none'], 'oidc'),
  RUNVOY_GCP_ENDPOINT: optional(address, 'host:port of a simulated cloud, such as 127.0.0.1:8999'),
  RUNVOY_PUBLIC_URL: optional(url, 'a URL, such as https://runvoy.example.com'),
  RUNVOY_HOST: optional(/^\S+$/, 'an address to listen on'),
  FIRESTORE_EMULATOR_HOST: optional(address, 'host:port, such as 127.0.0.1:8080'),
  PUBSUB_EMULATOR_HOST: optional(address, 'host:port, such as 127.0.0.1:8085'),
};

export type GcpConfig = ReturnType<typeof configOf>;
type Values = z.infer<z.ZodObject<typeof variables>>;

const isLoopback = (host: string | undefined): boolean =>
  host === undefined || /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

const schema = z
  .object(variables)
  .superRefine((values, context) => {
    const issue = (variable: keyof Values, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    if (values.RUNVOY_GCP_VPC_EGRESS && !values.RUNVOY_GCP_VPC_CONNECTOR)
      issue(
        'RUNVOY_GCP_VPC_EGRESS',
        'says what goes through RUNVOY_GCP_VPC_CONNECTOR, which is not set: set both or none',
      );
    if (values.RUNVOY_GCP_PUSH_AUTH === 'none' && !(values.PUBSUB_EMULATOR_HOST && isLoopback(values.RUNVOY_HOST)))
      issue(
        'RUNVOY_GCP_PUSH_AUTH',
        'is none, which lets anybody who can reach this server report events: it is only for PUBSUB_EMULATOR_HOST and a RUNVOY_HOST of this machine; use oidc',
      );
  })
  .transform((values) => configOf(values));

export const config = z
  .record(z.string(), z.string().optional())
  .transform((environment) => environment as z.input<typeof schema>)
  .pipe(schema);

function configOf(values: Values) {
  const project = values.RUNVOY_GCP_PROJECT_ID;
  const location = values.RUNVOY_GCP_REGION;
  const prefix = values.RUNVOY_GCP_FIRESTORE_COLLECTION_PREFIX;
  const account = (id: string) => `${id}@${project.split(':').reverse().join('.')}.iam.gserviceaccount.com`;
  const processorUrl = (values.RUNVOY_GCP_PROCESSOR_URL ?? values.RUNVOY_PUBLIC_URL)?.replace(/\/+$/, '');
  return {
    project,
    region: location,
    /** Names everything that belongs to this deployment: label of Jobs, prefix of their names. */
    deployment: prefix.replace(/-$/, ''),
    services: [
      values.RUNVOY_GCP_ORCHESTRATOR_SERVICE,
      values.RUNVOY_GCP_PROCESSOR_SERVICE,
      values.RUNVOY_GCP_WEBSOCKET_SERVICE,
    ],
    firestore: {
      database: values.RUNVOY_GCP_FIRESTORE_DATABASE,
      prefix,
      emulator: values.FIRESTORE_EMULATOR_HOST,
    },
    secrets: { prefix: values.RUNVOY_GCP_SECRETS_PREFIX, kmsKey: values.RUNVOY_GCP_SECRETS_KMS_KEY },
    jobs: {
      region: values.RUNVOY_GCP_JOB_DEFAULT_REGION ?? location,
      serviceAccount: values.RUNVOY_GCP_JOB_DEFAULT_SERVICE_ACCOUNT ?? account('runvoy-job'),
      defaultImage: imageOfRuntime(values.RUNVOY_GCP_JOB_DEFAULT_RUNTIME)!,
      sidecarImage: values.RUNVOY_GCP_SIDECAR_IMAGE,
      registry: registryOf(values.RUNVOY_GCP_ARTIFACT_REGISTRY_REPO, project, location),
      vpcConnector: values.RUNVOY_GCP_VPC_CONNECTOR,
      vpcEgress: values.RUNVOY_GCP_VPC_EGRESS,
    },
    topics: { events: values.RUNVOY_GCP_EVENTARC_TOPIC, logs: values.RUNVOY_GCP_PUBSUB_LOGS_TOPIC },
    pubsubEmulator: values.PUBSUB_EMULATOR_HOST,
    reconcileSchedule: values.RUNVOY_GCP_HEALTH_RECONCILE_SCHEDULE.trim().replace(/\s+/g, ' '),
    logRetentionDays: values.RUNVOY_GCP_LOG_RETENTION_DAYS,
    observability: {
      enabled: values.RUNVOY_GCP_OBSERVABILITY_ENABLED === 'true',
      namespace: values.RUNVOY_GCP_METRICS_NAMESPACE,
    },
    push: {
      auth: values.RUNVOY_GCP_PUSH_AUTH,
      serviceAccount: values.RUNVOY_GCP_PUSH_SERVICE_ACCOUNT ?? account('runvoy-push'),
      processorUrl,
      audience: values.RUNVOY_GCP_PUSH_AUDIENCE ?? processorUrl,
    },
    /** host:port of a simulated cloud, in place of Google's. */
    endpoint: values.RUNVOY_GCP_ENDPOINT,
  };
}

/** A repository by its name alone is one of this project and region. */
function registryOf(repository: string | undefined, project: string, location: string): string | undefined {
  if (repository === undefined || repository.includes('/')) return repository;
  return `${location}-docker.pkg.dev/${project.replace(':', '/')}/${repository}`;
}
