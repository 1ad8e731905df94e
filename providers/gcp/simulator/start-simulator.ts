import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CallLog } from './cloud/call-log.ts';
import { createCloud } from './cloud/cloud.ts';
import type { Fault } from './cloud/faults.ts';
import { defaultKnobs, type Knobs } from './cloud/knobs.ts';
import type { Project } from './cloud/project.ts';
import { Projects } from './cloud/projects.ts';
import { Random } from './cloud/random.ts';
import { Clock } from './cloud/time.ts';
import { ContainerHost, type Isolation } from './containers/container-host.ts';
import { Tokens } from './iam/tokens.ts';
import { Permissions, type PermissionTable, type UnusedGrant } from './permissions/permissions.ts';
import { PubSub } from './push/pubsub.ts';
import { Images } from './run/images.ts';
import { jsonServices, services } from './services.ts';
import { Callers } from './wire/callers.ts';
import { createGrpcServer } from './wire/grpc-server.ts';
import { createRestServer } from './wire/rest-server.ts';
import { startServer } from './wire/server.ts';

export interface SimulatorOptions {
  /** Where the real Pub/Sub emulator listens: `host:port`. Default: `PUBSUB_EMULATOR_HOST`. Sinks need it. */
  pubsubHost?: string;
  /** What differs from a cloud on its best day. */
  knobs?: Partial<Knobs>;
  /** How containers see volumes under their paths. Default: by namespaces where this machine has them. */
  isolation?: Isolation;
  /** Who may call what. Default: deploy/permissions.json. */
  permissions?: PermissionTable;
  /** Of all chance. Default: another one each time, told to `log`. */
  seed?: number;
  /** Milliseconds since 1970: times that are recorded, and expiry. What takes time takes real time. */
  now?: () => number;
  /** Told what the real cloud would keep silent about. Default: nobody. */
  log?(text: string): void;
}

/** Google Cloud on this machine, as far as runvoy uses it. */
export interface SimulatedCloud extends AsyncDisposable {
  /** Settings under which the provider uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** `127.0.0.1:port`, without TLS: all services, by gRPC and by REST. */
  readonly address: string;
  /** Can be changed at any time. */
  readonly knobs: Knobs;
  /** How often what was called. */
  readonly calls: CallLog;
  /** Images that can be pulled, besides the well-known ones. */
  readonly images: Images;
  /** Signs what Google signs. */
  readonly tokens: Tokens;
  readonly seed: number;
  /** What is in a project, for tests that look inside and for what no API can do. Made when it is first named. */
  project(id: string): Project;
  /** Makes calls fail until the returned function is called. */
  inject(fault: Fault): () => void;
  /** Grants of the table that no call has needed so far. */
  unusedGrants(): UnusedGrant[];
  /** One more address, at which calls without a token are those of this service account (its e-mail). */
  addressOf(account: string): Promise<string>;
  /** Kills every process that runs, closes every port, removes every folder. Twice is no error. */
  close(): Promise<void>;
}

const minuteMs = 60_000;

/** It lies beside the sources' folder as it does beside the bundle's. */
const readTable = (): PermissionTable =>
  JSON.parse(readFileSync(new URL('../deploy/permissions.json', import.meta.url), 'utf8'));

export async function startSimulator(options: SimulatorOptions = {}): Promise<SimulatedCloud> {
  const { pubsubHost = process.env.PUBSUB_EMULATOR_HOST, seed = randomInt(2 ** 31), log = () => {} } = options;
  const knobs: Knobs = { ...defaultKnobs, ...options.knobs };
  const clock = new Clock(options.now);
  const permissions = new Permissions(options.permissions ?? readTable());
  const cloud = createCloud({ knobs, random: new Random(seed), clock, permissions, log });
  const pubsub = new PubSub(pubsubHost, log);
  const host = new ContainerHost(log, options.isolation);
  const images = new Images();
  const tokens = new Tokens(clock);
  log(`seed ${seed}`);
  const server = await startServer();
  const projects = new Projects({ cloud, pubsub, host, images, tokens, standIns: host.standIns(server.port) });
  const callers = new Callers();
  const wire = { cloud, projects, callers };
  const grpc = createGrpcServer(wire, services);
  server.serve({ grpc, rest: createRestServer(wire, services, jsonServices, tokens) });
  const minutes = setInterval(() => {
    for (const { scheduler } of projects.all()) scheduler.tick(new Date(cloud.clock.now() / 1000));
  }, minuteMs);
  minutes.unref();

  let closing: Promise<void> | undefined;
  const close = async () => {
    clearInterval(minutes);
    cloud.timers.close();
    for (const { pubsubFront } of projects.all()) pubsubFront.close();
    const executions = projects.all().flatMap(({ run }) => [...run.executions.values()]);
    for (const execution of executions) execution.discard();
    await host.close();
    await Promise.all(executions.map(({ over }) => over));
    grpc.forceShutdown();
    server.close();
    await pubsub.close();
  };
  const address = `127.0.0.1:${server.port}`;
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    env: {
      RUNVOY_GCP_ENDPOINT: address,
      // In front of the emulator, for the identity tokens, permissions and policies that it lacks.
      ...(pubsubHost !== undefined && { PUBSUB_EMULATOR_HOST: address }),
      METADATA_SERVER_DETECTION: 'none',
    },
    address,
    knobs,
    calls: cloud.calls,
    images,
    tokens,
    seed,
    project: (id) => projects.of(id),
    inject: (fault) => cloud.faults.add(fault),
    unusedGrants: () => permissions.unused(),
    async addressOf(account) {
      const port = await server.open();
      callers.reserve(port, account);
      return `127.0.0.1:${port}`;
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}
