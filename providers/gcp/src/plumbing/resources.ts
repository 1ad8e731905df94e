import type { GcpConfig } from '../config/config.ts';
import { reconcileType } from '../notifications/unwrap.ts';

type Json = Record<string, unknown>;

/** Something in the cloud as it has to be. */
export interface Resource {
  type: string;
  id: string;
  /** The Google API, e.g. `pubsub` for pubsub.googleapis.com. */
  api: string;
  path: string;
  /** How it is made when it is not there. */
  create: { method: 'POST' | 'PUT'; path: string; body: Json };
  /** Of an existing one, what must be so; each by its field in JSON. */
  wanted: Json;
  /** How an existing one is changed; absent: by nobody. */
  update?: (fields: string[], wanted: Json) => { path: string; body: Json };
  /** What happens as long as it is missing or wrong. */
  consequence: string;
  severity: 'error' | 'warning';
}

const camelToSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const subscriptionId = (topic: string): string => `${topic}-push`;
const deadTopic = ({ topics }: Pick<GcpConfig, 'topics'>): string => `${topics.events}-dead`;
const topicPath = ({ project }: Pick<GcpConfig, 'project'>, id: string): string => `projects/${project}/topics/${id}`;

export function topics(config: GcpConfig): Resource[] {
  return [config.topics.logs, config.topics.events, deadTopic(config)].map((id) => ({
    type: 'pubsub_topic',
    id,
    api: 'pubsub',
    path: `/v1/${topicPath(config, id)}`,
    create: { method: 'PUT', path: `/v1/${topicPath(config, id)}`, body: {} },
    wanted: {},
    consequence: 'what is published to it is lost',
    severity: 'error',
  }));
}

/** Google recommends to filter here: what a sink does not export costs nothing. */
export function sinks(config: GcpConfig): Resource[] {
  const { project, deployment } = config;
  const lines = [
    'resource.type="cloud_run_job"',
    `labels.runvoy="${deployment}"`,
    '(log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr"))',
  ];
  // Not by method or severity: success, failure and cancellation differ in both.
  const ends = [
    'resource.type="cloud_run_job"',
    `labels."run.googleapis.com/execution_name":"${deployment}-"`,
    'log_id("cloudaudit.googleapis.com/system_event")',
  ];
  const sink = (id: string, topic: string, filter: string[], consequence: string): Resource => {
    const wanted = {
      destination: `pubsub.googleapis.com/${topicPath(config, topic)}`,
      filter: filter.join(' AND '),
      disabled: false,
    };
    const query = 'uniqueWriterIdentity=true';
    return {
      type: 'log_sink',
      id,
      api: 'logging',
      path: `/v2/projects/${project}/sinks/${id}`,
      create: { method: 'POST', path: `/v2/projects/${project}/sinks?${query}`, body: { name: id, ...wanted } },
      wanted,
      update: (fields) => ({
        path: `/v2/projects/${project}/sinks/${id}?${query}&updateMask=${fields.join(',')}`,
        body: { name: id, ...wanted },
      }),
      consequence,
      severity: 'error',
    };
  };
  return [
    sink(`${deployment}-logs`, config.topics.logs, lines, 'no output of runs arrives'),
    sink(`${deployment}-events`, config.topics.events, ends, 'ends of runs are noticed late'),
  ];
}

/** `url`: where the processor takes notifications. */
export function subscriptions(config: GcpConfig, url: string): Resource[] {
  const { project, push } = config;
  const pushConfig = {
    pushEndpoint: url,
    ...(push.auth === 'oidc' && {
      oidcToken: { serviceAccountEmail: push.serviceAccount, ...(push.audience && { audience: push.audience }) },
    }),
  };
  const subscription = (topic: string, settings: Json, consequence: string): Resource => {
    const id = subscriptionId(topic);
    const path = `/v1/projects/${project}/subscriptions/${id}`;
    const name = `projects/${project}/subscriptions/${id}`;
    // The default ends a subscription that has been idle for a month.
    const wanted = { topic: topicPath(config, topic), pushConfig, expirationPolicy: {}, ...settings };
    return {
      type: 'pubsub_subscription',
      id,
      api: 'pubsub',
      path,
      create: { method: 'PUT', path, body: wanted },
      wanted,
      update: (fields) => ({
        path,
        body: { subscription: { name, ...wanted }, updateMask: fields.map(camelToSnake).join(',') },
      }),
      consequence,
      severity: 'error',
    };
  };
  return [
    // Dropped is better than a storm: what is missing at the end of a run is taken from Cloud Logging.
    subscription(
      config.topics.logs,
      {
        ackDeadlineSeconds: 30,
        messageRetentionDuration: '3600s',
        retryPolicy: { minimumBackoff: '1s', maximumBackoff: '60s' },
      },
      'no output of runs arrives',
    ),
    subscription(
      config.topics.events,
      {
        ackDeadlineSeconds: 60,
        messageRetentionDuration: '604800s',
        retryPolicy: { minimumBackoff: '5s', maximumBackoff: '300s' },
        deadLetterPolicy: { deadLetterTopic: topicPath(config, deadTopic(config)), maxDeliveryAttempts: 10 },
      },
      'ends of runs are noticed late',
    ),
  ];
}

export function schedulerJob(config: GcpConfig, url: string): Resource {
  const { project, region, deployment, push, reconcileSchedule } = config;
  const id = `${deployment}-reconcile`;
  const parent = `/v1/projects/${project}/locations/${region}/jobs`;
  const wanted = {
    schedule: reconcileSchedule,
    timeZone: 'Etc/UTC',
    attemptDeadline: '600s',
    retryConfig: { retryCount: 2 },
    httpTarget: {
      uri: url,
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify({ type: reconcileType })).toString('base64'),
      ...(push.auth === 'oidc' && {
        oidcToken: { serviceAccountEmail: push.serviceAccount, audience: push.audience ?? url },
      }),
    },
  };
  const name = `${parent.slice('/v1/'.length)}/${id}`;
  return {
    type: 'scheduler_job',
    id,
    api: 'cloudscheduler',
    path: `${parent}/${id}`,
    create: { method: 'POST', path: parent, body: { name, ...wanted } },
    wanted,
    update: (fields) => ({ path: `${parent}/${id}?updateMask=${fields.join(',')}`, body: { name, ...wanted } }),
    consequence: 'what events have missed is found by chance',
    severity: 'error',
  };
}

/** Collections whose documents expire by themselves. */
const expiring = ['users', 'claims', 'reservations', 'connections', 'tasks', 'logs'];

export function expiryPolicies({ project, firestore }: GcpConfig): Resource[] {
  return expiring.map((collection) => {
    const group = `${firestore.prefix}${collection}`;
    const path = `/v1/projects/${project}/databases/${firestore.database}/collectionGroups/${group}/fields/_ttl`;
    const update = { path: `${path}?updateMask=ttlConfig`, body: { ttlConfig: {} } };
    return {
      type: 'firestore_ttl_policy',
      id: group,
      api: 'firestore',
      path,
      // A field always exists.
      create: { method: 'POST', path, body: {} },
      wanted: { ttlConfig: {} },
      update: () => update,
      consequence: 'documents that have expired are not seen, but stay and cost',
      severity: 'warning',
    };
  });
}
