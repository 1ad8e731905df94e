import type { ConfigDeployment, ConfigFailure } from '../../../src/infra/gcp/config-api.ts';
import { type Received, type Reply, startHttpServer } from './http-server.ts';

interface Outcome {
  /** Of Terraform, one at each look at the operation. */
  steps?: string[];
  /** Resources of the revision, with what became of them. */
  resources?: { address: string; state: string }[];
  failures?: ConfigFailure[];
  errorCode?: string;
  outputs?: Record<string, unknown>;
}

export interface SimulatedGoogle {
  env: Record<string, string>;
  deployment: (ConfigDeployment & Record<string, unknown>) | undefined;
  /** What Terraform would do, as a preview tells it. */
  changes: { address: string; type: string; intent: string }[];
  preview: { failures?: ConfigFailure[]; errorCode?: string };
  /** How the next apply or deletion goes. */
  outcome: Outcome;
  /** What Terraform has made. */
  state: {
    serial: number;
    resources: { mode: string; type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
  };
  enabled: Set<string>;
  accounts: Set<string>;
  bindings: { role: string; members: string[] }[];
  buckets: Set<string>;
  /** Bytes by `bucket/object`. */
  objects: Map<string, Buffer>;
  /** `METHOD path` prefixes that are answered with this. */
  faults: Map<string, { status: number; error: object }>;
  requests: { call: string; body: unknown }[];
  close(): Promise<void>;
}

const place = 'projects/my-project-1/locations/us-central1';
const name = `${place}/deployments/runvoy-backend`;

/** Infrastructure Manager for one deployment, and what a project needs for it: services, accounts, policy, buckets. */
export async function startGoogle(): Promise<SimulatedGoogle> {
  const operations = new Map<
    string,
    { steps: string[]; step?: string; end: () => void; target: string; done: boolean; error?: object }
  >();
  let count = 0;
  let revision = 0;
  let lockId: string | undefined;
  const cloud = {
    deployment: undefined,
    changes: [],
    preview: {},
    outcome: {},
    state: { serial: 1, resources: [] },
    enabled: new Set<string>(),
    accounts: new Set<string>(),
    bindings: [],
    buckets: new Set<string>(),
    objects: new Map<string, Buffer>(),
    faults: new Map(),
    requests: [],
  } as unknown as SimulatedGoogle;
  let applied: Outcome = {};

  const begin = (target: string, steps: string[], end: () => void): object => {
    const id = `${place}/operations/operation-${++count}`;
    operations.set(id, { steps: [...steps], end, target, done: false });
    return { name: id, done: false, metadata: { target } };
  };
  const look = (id: string): object => {
    const operation = operations.get(id)!;
    operation.step = operation.steps.shift() ?? operation.step;
    if (operation.steps.length === 0 && !operation.done) {
      operation.done = true;
      operation.end();
    }
    const { done, step, target, error } = operation;
    return {
      name: id,
      done,
      ...(error && { error }),
      metadata: { target, ...(step && { deploymentMetadata: { step } }) },
    };
  };
  /** Terraform runs, and ends as `outcome` says. */
  const run = (busy: ConfigDeployment['state'], body: object): object => {
    applied = cloud.outcome;
    const latestRevision = `${name}/revisions/r-${revision++}`;
    const { tfErrors: _old, ...before } = cloud.deployment ?? {};
    cloud.deployment = { ...before, ...body, name, state: busy, lockState: 'LOCKED', latestRevision };
    const { steps = ['RUNNING_TF_INIT', 'RUNNING_TF_APPLY'], failures, errorCode } = applied;
    return begin(name, steps, () => {
      const failed = failures !== undefined || errorCode !== undefined;
      const gone = busy === 'DELETING' && !failed;
      Object.assign(cloud.deployment!, {
        state: failed ? 'FAILED' : 'ACTIVE',
        lockState: 'UNLOCKED',
        ...(failures && { tfErrors: failures }),
        ...(errorCode && { errorCode }),
      });
      if (gone) cloud.deployment = undefined;
    });
  };

  const routes: [
    RegExp,
    (match: string[], body: Record<string, unknown>, request: Received) => Reply | object | undefined,
  ][] = [
    [
      /^GET \/v1\/(.*\/operations)$/,
      () => ({
        operations: [...operations].map(([id, { done, target }]) => ({ name: id, done, metadata: { target } })),
      }),
    ],
    [/^GET \/v1\/(.*\/operations\/[^/]+)$/, ([, id]) => look(id!)],
    [/^GET \/v1\/.*\/deployments\/[^/:]+$/, () => cloud.deployment],
    [/^POST \/v1\/.*\/deployments$/, (_match, body) => run('CREATING', body)],
    [/^PATCH \/v1\/.*\/deployments\/[^/:]+$/, (_match, body) => run('UPDATING', body)],
    [/^DELETE \/v1\/.*\/deployments\/[^/:]+$/, () => run('DELETING', {})],
    [
      /^GET \/v1\/.*\/revisions\/[^/]+$/,
      () => ({
        applyResults: {
          outputs: Object.fromEntries(Object.entries(applied.outputs ?? {}).map(([key, value]) => [key, { value }])),
        },
        tfErrors: applied.failures,
        errorCode: applied.errorCode,
      }),
    ],
    [
      /^GET \/v1\/.*\/revisions\/[^/]+\/resources$/,
      () => ({
        resources: (applied.resources ?? []).map(({ address, state }) => ({ terraformInfo: { address }, state })),
      }),
    ],
    [
      /^POST \/v1\/.*:lock$/,
      () =>
        begin(name, [], () => {
          lockId = '17';
          cloud.deployment!.lockState = 'LOCKED';
        }),
    ],
    [
      /^POST \/v1\/.*:unlock$/,
      () =>
        begin(name, [], () => {
          lockId = undefined;
          cloud.deployment!.lockState = 'UNLOCKED';
        }),
    ],
    [/^GET \/v1\/.*:exportLock$/, () => ({ lockId: lockId ?? '99', who: lockId ? 'runvoy' : 'somebody@example.com' })],
    [/^POST \/v1\/.*:exportState$/, () => ({ signedUri: `http://${cloud.env.RUNVOY_GCP_ENDPOINT}/signed/state` })],
    [
      /^POST \/v1\/.*:importState$/,
      (_match, { lockId: given }) =>
        given === lockId
          ? { signedUri: `http://${cloud.env.RUNVOY_GCP_ENDPOINT}/signed/state` }
          : { status: 400, body: { error: { message: 'wrong lock' } } },
    ],
    [/^GET \/signed\/state$/, () => cloud.state],
    [
      /^PUT \/signed\/state$/,
      (_match, body) => {
        cloud.state = body as never;
        return {};
      },
    ],
    [/^POST \/v1\/.*\/previews$/, () => begin('preview', ['RUNNING_TF_PLAN'], () => {})],
    [
      /^GET \/v1\/.*\/previews\/[^/]+$/,
      () => ({
        state: cloud.preview.failures || cloud.preview.errorCode ? 'FAILED' : 'SUCCEEDED',
        tfErrors: cloud.preview.failures,
        errorCode: cloud.preview.errorCode,
      }),
    ],
    [
      /^GET \/v1\/.*\/resourceChanges$/,
      () => ({
        resourceChanges: cloud.changes.map(({ address, type, intent }) => ({
          terraformInfo: { address, type },
          intent,
        })),
      }),
    ],
    [/^DELETE \/v1\/.*\/previews\/[^/]+$/, () => begin('preview', [], () => {})],
    [
      /^GET \/v1\/projects\/[^/]+\/services:batchGet$/,
      (_match, _body, { url }) => ({
        services: url.searchParams.getAll('names').map((service) => ({
          name: service,
          state: cloud.enabled.has(service.split('/').at(-1)!) ? 'ENABLED' : 'DISABLED',
        })),
      }),
    ],
    [
      /^POST \/v1\/projects\/[^/]+\/services:batchEnable$/,
      (_match, { serviceIds }) => {
        for (const id of serviceIds as string[]) cloud.enabled.add(id);
        return { name: 'operations/acat.1' };
      },
    ],
    [/^GET \/v1\/operations\/acat\.1$/, () => ({ done: true })],
    [/^POST \/v1beta1\/.*:generateServiceIdentity$/, () => ({})],
    [
      /^GET \/v1\/projects\/[^/]+\/serviceAccounts\/(.+)$/,
      ([, email]) => (cloud.accounts.has(email!) ? { email } : undefined),
    ],
    [
      /^POST \/v1\/projects\/([^/]+)\/serviceAccounts$/,
      ([, project], { accountId }) => {
        cloud.accounts.add(`${accountId}@${project}.iam.gserviceaccount.com`);
        return {};
      },
    ],
    [/^POST \/v1\/projects\/[^/]+:getIamPolicy$/, () => ({ bindings: cloud.bindings, etag: 'e' })],
    [
      /^POST \/v1\/projects\/[^/]+:setIamPolicy$/,
      (_match, { policy }) => {
        cloud.bindings = (policy as { bindings: never }).bindings;
        return policy as object;
      },
    ],
    [/^GET \/storage\/v1\/b\/([^/]+)$/, ([, bucket]) => (cloud.buckets.has(bucket!) ? {} : undefined)],
    [
      /^POST \/storage\/v1\/b$/,
      (_match, { name: bucket }) => {
        cloud.buckets.add(String(bucket));
        return {};
      },
    ],
    [
      /^POST \/upload\/storage\/v1\/b\/([^/]+)\/o$/,
      ([, bucket], _body, { url, body }) => {
        cloud.objects.set(`${bucket}/${url.searchParams.get('name')}`, Buffer.from(body, 'latin1'));
        return {};
      },
    ],
  ];

  const server = await startHttpServer((request) => {
    const call = `${request.method} ${decodeURIComponent(request.url.pathname)}`;
    const isJson = request.headers['content-type'] === 'application/json' || request.url.pathname === '/signed/state';
    const body = isJson && request.body ? JSON.parse(request.body) : {};
    cloud.requests.push({ call, body });
    for (const [prefix, { status, error }] of cloud.faults)
      if (call.startsWith(prefix)) return { status, body: { error } };
    for (const [pattern, answer] of routes) {
      const match = pattern.exec(call);
      if (!match) continue;
      const answered = answer([...match], body, request);
      if (answered === undefined)
        return { status: 404, body: { error: { code: 404, message: 'not found', status: 'NOT_FOUND' } } };
      return 'body' in answered ? (answered as Reply) : { body: answered };
    }
    throw new Error(`there is no ${call}`);
  });
  return Object.assign(cloud, {
    env: { RUNVOY_GCP_ENDPOINT: server.host, RUNVOY_GCP_PROJECT_ID: 'my-project-1' },
    close: () => server.close(),
  });
}
