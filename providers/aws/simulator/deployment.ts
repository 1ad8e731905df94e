import type { ContainerHost } from './containers/container-host.ts';
import { CallLog } from './control/call-log.ts';
import { Deliveries } from './control/deliveries.ts';
import { defaultKnobs, type Knobs } from './control/knobs.ts';
import { Random } from './control/random.ts';
import { RateLimiter } from './control/rate-limiter.ts';
import type { Engine } from './dynamodb/engines.ts';
import { type Generation, tables } from './dynamodb/layout.ts';
import { EcsState } from './ecs/ecs-state.ts';
import { EventBus } from './events/event-bus.ts';
import { Sockets } from './gateway/sockets.ts';
import { type IamRole, Roles } from './iam/roles.ts';
import { LambdaFunction } from './lambda/lambda-function.ts';
import { LogsState } from './logs/logs-state.ts';
import { arnOf, type Names, roleArn } from './names.ts';
import { Access } from './permissions/access.ts';
import type { Caller } from './permissions/caller.ts';
import { Callers } from './permissions/callers.ts';
import type { Grant } from './permissions/grants.ts';
import { refusal } from './permissions/refusal.ts';
import { ParameterStore } from './ssm/parameters.ts';
import type { Call } from './wire/service.ts';

export interface DeploymentContext {
  names: Names;
  generation: Generation;
  seed: number;
  now(): number;
  /** Of the simulator's HTTP server. */
  endpoint: string;
  engine: Engine;
  host: ContainerHost;
  /** Folder of programs that every image has. */
  programs: string;
  grants: readonly Grant[];
  knobs: Partial<Knobs>;
}

/** One stack of upstream's template in an account of its own. */
export class Deployment {
  readonly names: Names;
  readonly generation: Generation;
  /** Set members at any time. */
  readonly knobs: Knobs;
  readonly random: Random;
  readonly host: ContainerHost;
  readonly programs: string;
  readonly endpoint: string;
  readonly engine: Engine;
  readonly now: () => number;
  readonly calls = new CallLog();
  readonly access = new Access();
  readonly callers: Callers;
  readonly limiter: RateLimiter;
  readonly deliveries: Deliveries;
  readonly roles: Roles;
  readonly ecs = new EcsState();
  readonly ssm = new ParameterStore();
  readonly logs: LogsState;
  readonly events: EventBus;
  readonly orchestrator: LambdaFunction;
  readonly processor: LambdaFunction;
  readonly sockets: Sockets;
  #closed = false;

  constructor({ names, generation, seed, now, endpoint, engine, host, programs, grants, knobs }: DeploymentContext) {
    this.names = names;
    this.generation = generation;
    this.knobs = { ...defaultKnobs(), ...knobs };
    this.random = new Random(seed);
    this.now = now;
    this.endpoint = endpoint;
    this.engine = engine;
    this.host = host;
    this.programs = programs;
    this.limiter = new RateLimiter(this.random, now);
    this.deliveries = new Deliveries(this.random);
    this.roles = new Roles(names, now);
    this.callers = new Callers(names, this.random);
    for (const [role, name] of Object.entries(names.roles)) {
      this.roles.add(name);
      const own = grants.filter((grant) => grant.role === role && (grant.generation ?? generation) === generation);
      this.access.add(name, own, this.#values());
    }
    this.logs = new LogsState(this);
    for (const group of Object.values(names.logGroups))
      this.logs.createGroup(group).retentionInDays = generation === 'released' ? 7 : 365;
    this.events = new EventBus(this);
    this.orchestrator = this.#function('orchestrator');
    this.processor = this.#function('processor');
    this.logs.groups.get(names.logGroups.runner)!.subscriptions.push({
      filterName: `${names.project}-logs-to-event-processor`,
      filterPattern: '',
      destinationArn: this.functionArn('processor'),
      createdAt: now(),
    });
    this.sockets = new Sockets(this);
  }

  get clusterArn(): string {
    return arnOf(this.names, 'ecs', `cluster/${this.names.cluster}`);
  }

  get keyArn(): string {
    return arnOf(this.names, 'kms', `key/${this.names.key}`);
  }

  functionArn(name: 'orchestrator' | 'processor'): string {
    return arnOf(this.names, 'lambda', `function:${this.names.functions[name]}`);
  }

  functionByArn(arn: string): LambdaFunction | undefined {
    const plain = arn.split(':').slice(0, 7).join(':');
    return [this.orchestrator, this.processor].find(
      (each) => arnOf(this.names, 'lambda', `function:${each.name}`) === plain,
    );
  }

  #function(which: 'orchestrator' | 'processor'): LambdaFunction {
    const { names, random, deliveries, knobs } = this;
    return new LambdaFunction({
      name: names.functions[which],
      arn: this.functionArn(which),
      logGroup: names.logGroups[which],
      timeoutKnob: which === 'orchestrator' ? 'orchestratorTimeout' : 'processorTimeout',
      random,
      deliveries,
      knobs,
    });
  }

  /** Adds a role that images may name, with what it may do. */
  addRole(name: string, grants: readonly Omit<Grant, 'role'>[] = []): IamRole {
    const role = this.roles.add(name);
    this.access.add(
      name,
      grants.map((grant) => ({ ...grant, role: name })),
      this.#values(),
    );
    return role;
  }

  callerForRole(arn: string): Caller {
    return this.callers.forRole(arn.split('/').at(-1)!);
  }

  /** What a request of this caller may do; for calls that the cloud makes for it. */
  callAs(caller: Caller): Call {
    return {
      deployment: this,
      caller,
      requestId: this.random.uuid(),
      authorize: (action, ...resources) => {
        for (const resource of resources) {
          if (!this.access.allows(caller, action, resource)) throw refusal(caller, action, resource);
        }
      },
    };
  }

  /** Where a container of this role finds its credentials. */
  credentialsUrl(role: string): string {
    return `${this.endpoint}/credentials/${this.callerForRole(role).accessKeyId}`;
  }

  isImageKnown(image: string): boolean {
    const registry = image.split('/')[0]!;
    return !/\.invalid(:\d+)?$/.test(registry) && !this.knobs.missingImages.includes(image);
  }

  tableName(table: string): string {
    return `${this.names.project}-${table}`;
  }

  /** The settings under which the provider runs on this deployment, as that Lambda, or with the rights of both. */
  env(as: 'orchestrator' | 'processor' | 'both' | 'administrator' = 'both'): Record<string, string> {
    const { names } = this;
    const caller = this.callers.named(as);
    const host = this.endpoint.replace('http://', '');
    const settings: Record<string, string> = {
      ...Object.fromEntries(tables.map(({ name, variable }) => [variable, this.tableName(name)])),
      ECS_CLUSTER: names.cluster,
      LOG_GROUP: names.logGroups.runner,
      ORCHESTRATOR_LOG_GROUP: names.logGroups.orchestrator,
      EVENT_PROCESSOR_LOG_GROUP: names.logGroups.processor,
      SUBNET_1: names.subnets[0]!,
      SUBNET_2: names.subnets[1]!,
      SECURITY_GROUP: names.securityGroup,
      DEFAULT_TASK_ROLE_ARN: roleArn(names, names.roles.task),
      DEFAULT_TASK_EXEC_ROLE_ARN: roleArn(names, names.roles.execution),
      WEBSOCKET_API_ENDPOINT: `ws://${host}/${names.api}/${names.stage}`,
      SECRETS_PREFIX: names.secretsPrefix,
      SECRETS_KMS_KEY_ARN: this.keyArn,
    };
    return {
      RUNVOY_BACKEND_PROVIDER: 'AWS',
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`RUNVOY_AWS_${name}`, value])),
      AWS_REGION: names.region,
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: caller.accessKeyId,
      AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
    };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends its tasks and its sockets; nothing more is delivered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.events.stopSchedule();
    this.sockets.close();
    this.deliveries.close();
    await Promise.all([...this.ecs.tasks.values()].map((run) => run.kill()));
  }

  #values(): Record<string, string> {
    const { account, region, project, cluster, key, api, stage, logGroups } = this.names;
    return {
      account,
      region,
      project,
      cluster,
      key,
      api,
      stage,
      runnerLogs: logGroups.runner,
      orchestratorLogs: logGroups.orchestrator,
      processorLogs: logGroups.processor,
    };
  }
}
