import type { Container, RunTaskRequest, RunTaskResponse, TaskOverride } from '@aws-sdk/client-ecs';
import { arnOf } from '../names.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { checkCluster } from './cluster.ts';
import type { StoredDefinition, TaskRecord } from './ecs-state.ts';
import { clientError, invalidParameter } from './errors.ts';
import { checkTags } from './tags.ts';
import { findDefinition } from './task-definitions.ts';
import { TaskRun } from './task-run.ts';
import { isForgotten } from './tasks.ts';

const maximumOverrides = 8192;

export function runTask(input: RunTaskRequest, call: Call): RunTaskResponse {
  const { deployment } = call;
  const { ecs } = deployment;
  checkCluster(input.cluster, deployment);
  const { clientToken, ...rest } = input;
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,64}$/.test(clientToken))
    throw invalidParameter('clientToken must be 1 to 64 ASCII characters.');
  const request = JSON.stringify(rest);
  forgetOld(call);
  const earlier = clientToken === undefined ? undefined : ecs.tokens.get(clientToken);
  if (earlier && earlier.request !== request)
    throw new AwsError(
      'ConflictException',
      'The clientToken is already in use with a different RunTask request.',
      400,
      { resourceIds: earlier.taskArns },
    );
  if (earlier) return { tasks: earlier.taskArns.flatMap((arn) => ecs.tasks.get(arn)?.record ?? []), failures: [] };

  const stored = checkRequest(input, call);
  const refusal = refusalOf(call);
  if (refusal) return refusal;
  const runs = Array.from({ length: input.count ?? 1 }, () => {
    const run = new TaskRun(deployment, createRecord(input, stored, call), stored);
    ecs.tasks.set(run.record.taskArn, run);
    return run;
  });
  if (clientToken !== undefined)
    ecs.tokens.set(clientToken, {
      request,
      usedAt: deployment.now(),
      taskArns: runs.map(({ record }) => record.taskArn),
    });
  return { tasks: runs.map(({ record }) => structuredClone(record)), failures: [] };
}

/** A client token lives for a day, or for an hour after the task that it started: "Ensuring idempotency" in the ECS guide. */
const tokenMilliseconds = 24 * 3600_000;

/** Tasks that nobody can see any more, and tokens that are over. */
function forgetOld({ deployment }: Call): void {
  const { ecs, now } = deployment;
  for (const [arn, run] of ecs.tasks) if (isForgotten(run, now())) ecs.tasks.delete(arn);
  for (const [token, { taskArns, usedAt }] of ecs.tokens)
    if (now() >= usedAt + tokenMilliseconds || taskArns.every((arn) => !ecs.tasks.has(arn))) ecs.tokens.delete(token);
}

/** As AWS says that there is no room, which it does in several ways. */
function refusalOf({ deployment }: Call): RunTaskResponse | undefined {
  const unavailable =
    'Capacity is unavailable at this time. Please try again later or in a different availability zone';
  switch (deployment.knobs.capacity) {
    case 'failures':
      return { tasks: [], failures: [{ reason: unavailable }] };
    case 'exception':
      throw clientError(unavailable);
    case 'limit':
      throw clientError("You've reached the limit on the number of vCPUs you can run concurrently");
    default:
      return undefined;
  }
}

function checkRequest(input: RunTaskRequest, call: Call): StoredDefinition {
  const { deployment } = call;
  const stored = findDefinition(deployment, input.taskDefinition!);
  if (!stored) throw clientError('TaskDefinition not found.');
  const { definition } = stored;
  if (definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
  const { count = 1, launchType, capacityProviderStrategy = [], networkConfiguration, overrides, startedBy } = input;
  if (count < 1 || count > 10) throw invalidParameter('count must be between 1 and 10.');
  if (launchType && capacityProviderStrategy.length > 0)
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  if (launchType && launchType !== 'FARGATE')
    throw invalidParameter('No Container Instances were found in your cluster.');
  for (const { capacityProvider } of capacityProviderStrategy) {
    if (capacityProvider !== 'FARGATE' && capacityProvider !== 'FARGATE_SPOT')
      throw invalidParameter(
        'The specified capacity provider was not found. Specify a valid name or ARN and try again.',
      );
  }
  if (!definition.requiresCompatibilities?.includes('FARGATE'))
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  if (usesSpot(input) && definition.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS'))
    throw invalidParameter('Fargate Spot does not support Windows.');
  const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
  if (!networkConfiguration?.awsvpcConfiguration)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (subnets.length === 0 || subnets.length > 16)
    throw invalidParameter('subnets can have at most 16 items, and not be empty.');
  for (const id of subnets) {
    if (!deployment.names.subnets.includes(id))
      throw invalidParameter(
        `Error retrieving subnet information for [${subnets.join(', ')}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      );
  }
  for (const id of securityGroups) {
    if (id !== deployment.names.securityGroup)
      throw invalidParameter(
        `Error retrieving security group information for [${securityGroups.join(', ')}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      );
  }
  if (startedBy !== undefined && !/^[\p{L}\p{N}_/:.@+=-]{1,128}$/u.test(startedBy))
    throw invalidParameter('startedBy is invalid.');
  checkTags(input.tags);
  checkOverrides(overrides, stored, call);
  return stored;
}

function checkOverrides(overrides: TaskOverride | undefined, { definition }: StoredDefinition, call: Call): void {
  if (JSON.stringify(overrides ?? {}).length > maximumOverrides)
    throw invalidParameter(`Container Overrides length must be at most ${maximumOverrides}`);
  for (const { name = '' } of overrides?.containerOverrides ?? []) {
    if (!definition.containerDefinitions!.some((container) => container.name === name))
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
  }
  const roles = [
    overrides?.taskRoleArn ?? definition.taskRoleArn,
    overrides?.executionRoleArn ?? definition.executionRoleArn,
  ];
  for (const role of roles) {
    if (!role) continue;
    call.authorize('iam:PassRole', role);
    if (!call.deployment.roles.has(role.split('/').at(-1)!))
      throw clientError(
        'ECS was unable to assume the role that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.',
      );
  }
}

/** The cluster's default strategy, when a request names nothing, is FARGATE_SPOT: as upstream's template has it. */
const usesSpot = ({ launchType, capacityProviderStrategy }: RunTaskRequest): boolean =>
  launchType === undefined && (capacityProviderStrategy?.[0]?.capacityProvider ?? 'FARGATE_SPOT') === 'FARGATE_SPOT';

function createRecord(input: RunTaskRequest, { definition, tags }: StoredDefinition, call: Call): TaskRecord {
  const { deployment } = call;
  const id = deployment.random.text(32);
  const { cluster } = deployment.names;
  const taskArn = arnOf(deployment.names, 'ecs', `task/${cluster}/${id}`);
  const propagated = input.propagateTags === 'TASK_DEFINITION' ? tags : [];
  const own = input.tags ?? [];
  const all = [...propagated.filter(({ key }) => own.every((tag) => tag.key !== key)), ...own];
  if (all.length > 0) call.authorize('ecs:TagResource', taskArn);
  const provider = usesSpot(input) ? 'FARGATE_SPOT' : input.capacityProviderStrategy?.[0]?.capacityProvider;
  return {
    taskArn,
    clusterArn: deployment.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    availabilityZone: `${deployment.names.region}a`,
    ...(provider ? { capacityProviderName: provider } : { launchType: 'FARGATE' as const }),
    ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
    group: input.group ?? `family:${definition.family}`,
    cpu: input.overrides?.cpu ?? definition.cpu!,
    memory: input.overrides?.memory ?? definition.memory!,
    ephemeralStorage: definition.ephemeralStorage ?? { sizeInGiB: 20 },
    enableExecuteCommand: false,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...input.overrides },
    attachments: [],
    attributes: [
      { name: 'ecs.cpu-architecture', value: (definition.runtimePlatform?.cpuArchitecture ?? 'X86_64').toLowerCase() },
    ],
    containers: definition.containerDefinitions!.map(
      ({ name, image, cpu, memory }): Container => ({
        containerArn: arnOf(deployment.names, 'ecs', `container/${cluster}/${id}/${deployment.random.uuid()}`),
        taskArn,
        name,
        image,
        lastStatus: 'PENDING',
        networkInterfaces: [],
        cpu: String(cpu ?? 0),
        ...(memory === undefined ? {} : { memory: String(memory) }),
      }),
    ),
    createdAt: new Date(deployment.now()),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    version: 0,
    tags: all,
  };
}
