import type { Capabilities, OpenContext, Provider, ProviderEvent } from '@runvoy/core/provider';
import { Lifecycle } from '@runvoy/core/toolkit';
import { AwsBackendLogs } from './backend-logs.ts';
import { classify } from './classify.ts';
import { Calls } from './clients/calls.ts';
import { clientConfig } from './clients/client-config.ts';
import { Dynamo } from './clients/dynamo.ts';
import { lazy } from './clients/lazy.ts';
import type { AwsConfig, Service } from './config.ts';
import { decode } from './events/decode.ts';
import { accountOf } from './identities/role-arn.ts';
import { LogReader } from './logs/log-reader.ts';
import { LogWriter } from './logs/log-writer.ts';
import { AwsLogs } from './logs/logs.ts';
import { AwsSecrets } from './secrets/secrets.ts';
import { lazySockets } from './sockets/lazy-sockets.ts';
import { AwsStore } from './store/store.ts';
import { Causes } from './tasks/causes.ts';
import { EarlyStops } from './tasks/early-stops.ts';
import { TaskIds } from './tasks/task-ids.ts';
import { AwsTasks } from './tasks/tasks.ts';

export async function openProvider(config: AwsConfig, { now, log, role }: OpenContext): Promise<Provider> {
  const lifecycle = new Lifecycle('aws');
  const calls = new Calls(lifecycle);
  const closings: (() => void)[] = [() => lifecycle.close()];
  const settings = (service: Service) => clientConfig(config, service);
  /** A client that is loaded and made when it is first needed, and closed with the provider. */
  const client = <T>(make: () => Promise<T>, close: (made: T) => void) =>
    lazy(async () => {
      const made = await make();
      if (lifecycle.closed.aborted) close(made);
      else closings.push(() => close(made));
      return made;
    });

  const dynamo = new Dynamo(settings('DYNAMODB'), calls);
  closings.push(() => dynamo.close());
  const ecs = client(
    async () => new (await import('./tasks/ecs.ts')).Ecs(settings('ECS'), calls, config.cluster),
    (it) => it.close(),
  );
  const cloudWatch = client(
    async () => new (await import('./clients/cloudwatch.ts')).CloudWatch(settings('CLOUDWATCH_LOGS'), calls),
    (it) => it.close(),
  );
  const parameters = client(
    async () =>
      new (await import('./secrets/parameters.ts')).Parameters(settings('SSM'), calls, {
        prefix: config.secretsPrefix,
        keyId: config.secretsKey,
        tier: config.secretsTier,
      }),
    (it) => it.close(),
  );
  const roles = client(
    async () => new (await import('./identities/identities.ts')).Roles(settings('IAM'), calls),
    (it) => it.close(),
  );
  const account = lazy(async () => {
    const known = accountOf(config.defaultExecutionRole ?? config.defaultTaskRole ?? config.secretsKey);
    return known ?? (await import('./identities/account.ts')).findAccount(settings('STS'), calls);
  });

  const store = new AwsStore(dynamo, lifecycle, config.tables, now);
  if (role === 'all' || role === 'orchestrator') store.prepare();
  const identities = {
    async exists(name: string, call?: Parameters<Provider['identities']['exists']>[1]) {
      lifecycle.enter(call);
      return (await roles()).exists(name, call);
    },
  };
  const taskIds = new TaskIds(ecs, store);
  const earlyStops = new EarlyStops(store, now);
  const { tables, runnerLogGroup: logGroup } = config;
  const causes = new Causes({ dynamo, cloudWatch, logTable: tables.logs, logGroup, now });
  return {
    name: 'aws',
    capabilities,
    store,
    secrets: new AwsSecrets(parameters, lifecycle, now, log),
    tasks: new AwsTasks({ ecs, config, lifecycle, calls, taskIds, causes, earlyStops, identities, account, now }),
    logs: new AwsLogs({
      reader: new LogReader(dynamo, tables.logs),
      writer: new LogWriter({ dynamo, calls, table: tables.logs, now }),
      lifecycle,
      cloudWatch,
      logGroup,
      taskIds,
      store,
      log,
    }),
    identities,
    sockets: lazySockets(config, calls, client),
    backendLogs: new AwsBackendLogs(cloudWatch, [config.orchestratorLogGroup, config.processorLogGroup]),
    defaultImage,
    ...(config.region !== undefined && { region: config.region }),
    async decode(raw, call): Promise<ProviderEvent[]> {
      lifecycle.enter(call);
      return decode(raw, { taskIds, causes, cluster: config.cluster, logGroup }, call);
    },
    classify,
    async close() {
      for (const close of closings.splice(0)) close();
    },
  };
}

/** For a deployment where nobody has registered an image: what upstream's own sidecar runs in. */
const defaultImage = 'public.ecr.aws/docker/library/alpine:latest';

const capabilities: Capabilities = {
  images: true,
  timeouts: true,
  outOfMemory: true,
  stdin: { no: 'ECS gives a container on Fargate no standard input' },
  masking: { no: 'CloudWatch delivers lines as they were printed: core masks them before anybody can see them' },
  archive: true,
  identities: true,
};
