import type { ConfigDeployment, ConfigFailure } from '../../../src/infra/gcp/config-api.ts';
import { findCall } from './google-apis.ts';
import { type Received, type Reply, startHttpServer } from './http-server.ts';
import { managerMethods } from './simulated-manager.ts';
import { projectMethods } from './simulated-project.ts';

export interface Outcome {
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
  /** APIs that are switched on. */
  enabled: Set<string>;
  /** How many calls of an API that was switched on are still refused. */
  lateness: number;
  accounts: Set<string>;
  bindings: { role: string; members: string[] }[];
  buckets: Set<string>;
  /** Bytes by `bucket/object`. */
  objects: Map<string, Buffer>;
  /** `METHOD path` prefixes that are answered with this; `times`: only so often. */
  faults: Map<string, { status: number; error: object; times?: number }>;
  requests: { call: string; query: Record<string, string>; body: unknown }[];
  close(): Promise<void>;
}

export interface SimulatedCall {
  /** Of its path, without slashes. */
  variables: readonly string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
  bytes: Buffer;
}

/** Answers by the ids that the methods have in Google's discovery documents; `undefined`: there is no such thing. */
export type SimulatedMethods = Record<string, (call: SimulatedCall) => object | undefined>;

/** A refusal, as Google's APIs have it. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(code: number, status: string, message: string, more: object = {}) {
    super(message);
    this.reply = { status: code, body: { error: { code, message, status, ...more } } };
  }
}

/**
 * Infrastructure Manager for one deployment, and what a project needs for it: services, accounts, policy, buckets. Paths, parameters and bodies are
 * those of Google's discovery documents: it refuses what is not in them, and cannot answer with it.
 */
export async function startGoogle(): Promise<SimulatedGoogle> {
  const cloud = {
    deployment: undefined,
    changes: [],
    preview: {},
    outcome: {},
    state: { serial: 1, resources: [] },
    enabled: new Set<string>(),
    lateness: 0,
    accounts: new Set<string>(),
    bindings: [],
    buckets: new Set<string>(),
    objects: new Map<string, Buffer>(),
    faults: new Map(),
    requests: [],
  } as unknown as SimulatedGoogle;
  const methods: SimulatedMethods = { ...managerMethods(cloud), ...projectMethods(cloud) };

  function answer(request: Received, call: string): Reply {
    const { url, body } = request;
    for (const [prefix, fault] of cloud.faults)
      if (call.startsWith(prefix) && (fault.times ?? 1) > 0) {
        if (fault.times !== undefined) fault.times -= 1;
        return { status: fault.status, body: { error: fault.error } };
      }
    if (url.pathname === '/signed/state') return signedState(request);
    const found = findCall(request.method, decodeURIComponent(url.pathname));
    if (found === undefined) throw new Error(`Google has no ${call}`);
    mustBeSwitchedOn(found.host);
    const isJson = request.headers['content-type'] === 'application/json';
    const parsed = isJson && body ? JSON.parse(body) : {};
    const problems = [...found.checkQuery(url.searchParams), ...found.checkRequest(parsed)];
    if (problems.length > 0)
      throw new Refused(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. ${problems.join('\n')}`);
    const answered = methods[found.id]!({
      variables: found.variables,
      query: url.searchParams,
      body: parsed,
      bytes: Buffer.from(body, 'latin1'),
    });
    if (answered === undefined) throw new Refused(404, 'NOT_FOUND', 'Requested entity was not found.');
    const impossible = found.checkResponse(answered);
    if (impossible.length > 0) throw new Error(`Google would not answer that: ${impossible.join('; ')}`);
    return { body: answered };
  }

  /** Where Terraform's state is exchanged: no API, a signed address in Cloud Storage. */
  function signedState({ method, body, headers }: Received): Reply {
    if (method === 'GET') return { body: cloud.state };
    // The address is signed for no type, so none may be sent.
    if (headers['content-type'] !== undefined) throw new Refused(403, 'PERMISSION_DENIED', 'SignatureDoesNotMatch');
    cloud.state = JSON.parse(body);
    return { body: '' };
  }

  function mustBeSwitchedOn(host: string): void {
    if (host === 'serviceusage.googleapis.com' || host === 'storage.googleapis.com') return;
    if (cloud.enabled.has(host) && cloud.lateness-- <= 0) return;
    throw new Refused(
      403,
      'PERMISSION_DENIED',
      `${host} has not been used in project my-project-1 before or it is disabled.`,
      {
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'SERVICE_DISABLED',
            domain: 'googleapis.com',
            metadata: { service: host, consumer: 'projects/my-project-1' },
          },
        ],
      },
    );
  }

  const server = await startHttpServer((request) => {
    const call = `${request.method} ${decodeURIComponent(request.url.pathname)}`;
    const isJson = request.headers['content-type'] === 'application/json';
    cloud.requests.push({
      call,
      query: Object.fromEntries(request.url.searchParams),
      body: isJson && request.body ? JSON.parse(request.body) : {},
    });
    try {
      return answer(request, call);
    } catch (error) {
      if (error instanceof Refused) return error.reply;
      throw error;
    }
  });
  return Object.assign(cloud, {
    env: { RUNVOY_GCP_ENDPOINT: server.host, RUNVOY_GCP_PROJECT_ID: 'my-project-1' },
    close: () => server.close(),
  });
}
