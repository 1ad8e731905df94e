import { randomInt } from 'node:crypto';
import { ContainerHost } from './containers/container-host.ts';
import type { Knobs } from './control/knobs.ts';
import { Random } from './control/random.ts';
import { Deployment } from './deployment.ts';
import { Engines } from './dynamodb/engines.ts';
import type { Generation } from './dynamodb/layout.ts';
import { createTables, deleteTables } from './dynamodb/manage-tables.ts';
import { DynamoProxy } from './dynamodb/proxy.ts';
import { namesOf } from './names.ts';
import { deployedGrants, type Grant } from './permissions/grants.ts';
import { installPrograms } from './programs/install-programs.ts';
import { SimulatedDeployment } from './simulated-deployment.ts';
import { WireServer } from './wire/server.ts';

export interface DeploymentOptions {
  /** Default: `runvoy`. */
  project?: string;
  /** Default: twelve random digits. */
  account?: string;
  /** Which of upstream's table layouts and roles. Default: `main`. */
  generation?: Generation;
  /** Default: `/<project>/secrets`. */
  secretsPrefix?: string;
  knobs?: Partial<Knobs>;
}

export interface SimulatorOptions extends DeploymentOptions {
  /** Of all randomness. Default: random, and told by `seed`. */
  seed?: number;
  /** Milliseconds since the epoch. Delays are real whatever it says. */
  now?(): number;
  /** `host:port` of a DynamoDB engine. Default: what @runvoy/conformance/emulators finds or starts. */
  dynamodb?: string;
  /** Default: namespaces where the machine allows them. */
  isolation?: 'namespaces' | 'process-group';
  /** Default: providers/aws/deploy/permissions.json. */
  grants?: readonly Grant[];
}

/** A cloud in this process, and its first deployment. */
export interface SimulatedCloud extends SimulatedDeployment {
  readonly seed: number;
  /** One more deployment, in an account of its own. Close it, or let `close` of the cloud do it. */
  deploy(options?: DeploymentOptions): Promise<SimulatedDeployment>;
}

/**
 * AWS as far as runvoy uses it, on 127.0.0.1: real SDK clients talk to it by `env`, containers are processes of this machine. Close
 * it: that ends every process, port and folder.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<SimulatedCloud> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const now = options.now ?? Date.now;
  const random = new Random(seed);
  const grants = options.grants ?? deployedGrants;
  const engines = new Engines(options.dynamodb);
  const host = await ContainerHost.open(options.isolation === undefined ? {} : { isolation: options.isolation });
  const programs = await host.createFolder();
  await installPrograms(programs);
  const proxy = new DynamoProxy();
  const deployments = new Set<Deployment>();
  const server = await WireServer.open(proxy, () => deployments);
  const region = 'eu-west-1';

  const create = async ({
    project = 'runvoy',
    account,
    generation = 'main',
    secretsPrefix,
    knobs = {},
  }: DeploymentOptions) => {
    const names = namesOf({
      region,
      project,
      // Not of the seed: two simulators may share an engine.
      account: account ?? String(randomInt(1e11, 1e12 - 1)),
      unique: random.text(32),
      ...(secretsPrefix === undefined ? {} : { secretsPrefix }),
    });
    if ([...deployments].some((each) => each.names.account === names.account && each.names.project === project))
      throw new Error(`account ${names.account} has a deployment ${project} already`);
    const engine = await engines.open();
    const deployment = new Deployment({
      names,
      generation,
      seed: Math.floor(random.next() * 2 ** 31),
      now,
      endpoint: server.url,
      engine,
      host,
      programs,
      grants,
      knobs,
    });
    await createTables(deployment);
    deployments.add(deployment);
    return deployment;
  };

  const opened = new Map<Deployment, SimulatedDeployment>();
  const deploy = async (wanted: DeploymentOptions = {}) => {
    const deployment = await create(wanted);
    const simulated = new SimulatedDeployment(deployment, async () => {
      deployments.delete(deployment);
      opened.delete(deployment);
      await (deployment.engine.own ? deployment.engine.stop() : deleteTables(deployment));
    });
    opened.set(deployment, simulated);
    return simulated;
  };

  let closing: Promise<void> | undefined;
  const close = async (closeFirst: () => Promise<void>) => {
    await Promise.all([...opened.values()].map((each) => (each === first ? closeFirst() : each.close())));
    await server.close();
    await host.close();
    proxy.close();
    await engines.close();
  };
  let first: SimulatedDeployment | undefined;
  try {
    first = await deploy(options);
  } catch (error) {
    await close(async () => {});
    throw error;
  }
  const closeFirst = first.close.bind(first);
  return Object.assign(first, {
    seed,
    deploy,
    close: () => {
      closing ??= Promise.resolve().then(() => close(closeFirst));
      return closing;
    },
  });
}
