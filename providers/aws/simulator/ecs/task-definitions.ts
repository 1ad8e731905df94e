import type {
  ContainerDefinition,
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import type { Deployment } from '../deployment.ts';
import { arnOf } from '../names.ts';
import type { Call } from '../wire/service.ts';
import type { StoredDefinition } from './ecs-state.ts';
import { clientError, invalidParameter } from './errors.ts';
import { cpuUnits, isFargateSize, memoryMegabytes } from './fargate.ts';
import { page } from './page.ts';
import { checkTags } from './tags.ts';

export function registerTaskDefinition(input: RegisterTaskDefinitionRequest, call: Call) {
  const { deployment } = call;
  check(input);
  checkTags(input.tags);
  for (const role of [input.taskRoleArn, input.executionRoleArn]) if (role) call.authorize('iam:PassRole', role);
  const revisions = deployment.ecs.families.get(input.family!) ?? [];
  const revision = revisions.length + 1;
  const { tags = [], ...rest } = input;
  const arn = arnOf(deployment.names, 'ecs', `task-definition/${input.family}:${revision}`);
  if (tags.length > 0) call.authorize('ecs:TagResource', arn);
  const stored: StoredDefinition = {
    tags,
    definition: {
      ...rest,
      family: input.family!,
      containerDefinitions: input.containerDefinitions!.map((each) => ({ cpu: 0, essential: true, ...each })),
      volumes: input.volumes ?? [],
      taskDefinitionArn: arn,
      revision,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: new Date(deployment.now()),
      registeredBy: call.caller.arn,
    },
  };
  deployment.ecs.families.set(input.family!, [...revisions, stored]);
  return { taskDefinition: stored.definition, tags };
}

function check(input: RegisterTaskDefinitionRequest): void {
  const { family = '', containerDefinitions = [], volumes = [], requiresCompatibilities = [] } = input;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw clientError(`Family contains invalid characters: ${family}`);
  if (containerDefinitions.length === 0) throw clientError('Container list cannot be empty.');
  if (containerDefinitions.length > 10) throw clientError('A task definition can have at most 10 containers.');
  const names = containerDefinitions.map(({ name = '' }) => name);
  for (const container of containerDefinitions)
    checkContainer(
      container,
      names,
      volumes.map(({ name = '' }) => name),
    );
  if (new Set(names).size !== names.length) throw clientError('Container names must be unique.');
  if (containerDefinitions.every(({ essential }) => essential === false))
    throw clientError('Invalid argument. At least one container must be essential.');
  if (requiresCompatibilities.includes('FARGATE')) checkFargate(input);
}

function checkContainer(container: ContainerDefinition, names: readonly string[], volumes: readonly string[]): void {
  const { name = '', image = '', dependsOn = [], mountPoints = [], stopTimeout } = container;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw clientError(`Container.name contains invalid characters: ${name}`);
  if (image === '') throw clientError('Container.image should not be null or empty.');
  if (image.length > 255 || /\s/.test(image)) throw clientError(`Container.image contains invalid characters.`);
  for (const { containerName } of dependsOn) {
    if (containerName === name || !names.includes(containerName ?? ''))
      throw clientError(`Container ${name} depends on a container that does not exist: ${containerName}`);
  }
  for (const { sourceVolume = '' } of mountPoints) {
    if (!volumes.includes(sourceVolume)) throw clientError(`Unknown volume '${sourceVolume}'.`);
  }
  if (stopTimeout !== undefined && (stopTimeout < 2 || stopTimeout > 120))
    throw clientError('The stop timeout for Fargate must be between 2 and 120 seconds.');
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  const {
    cpu,
    memory,
    networkMode,
    containerDefinitions = [],
    executionRoleArn,
    runtimePlatform,
    ephemeralStorage,
  } = input;
  if (networkMode !== 'awsvpc') throw clientError('Fargate only supports network mode ‘awsvpc’.');
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const [units, megabytes] = [cpuUnits(cpu), memoryMegabytes(memory)];
  if (units === undefined || megabytes === undefined) throw clientError("Invalid 'cpu' or 'memory' setting for task.");
  if (!isFargateSize(units, megabytes))
    throw clientError(
      `No Fargate configuration exists for given values: ${units} CPU, ${megabytes} memory. See the Amazon ECS documentation for the valid values.`,
    );
  const size = ephemeralStorage?.sizeInGiB;
  if (size !== undefined && (size < 21 || size > 200))
    throw clientError('The ephemeral storage size must be between 21 and 200 GiB.');
  const { operatingSystemFamily = 'LINUX', cpuArchitecture = 'X86_64' } = runtimePlatform ?? {};
  if (operatingSystemFamily === 'LINUX' && !['X86_64', 'ARM64'].includes(cpuArchitecture))
    throw invalidParameter(`Invalid cpuArchitecture: ${cpuArchitecture}`);
  for (const { logConfiguration, secrets = [], privileged, linuxParameters, links = [] } of containerDefinitions) {
    if (logConfiguration?.logDriver === 'awslogs' && !executionRoleArn)
      throw clientError('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
    if (secrets.length > 0 && !executionRoleArn)
      throw clientError(
        'When you are specifying container secrets, you must also specify a value for executionRoleArn.',
      );
    if (privileged) throw clientError("Fargate doesn't support 'privileged'.");
    if (linuxParameters?.sharedMemorySize !== undefined || (linuxParameters?.tmpfs ?? []).length > 0)
      throw clientError('Fargate does not support sharedMemorySize and tmpfs.');
    if (links.length > 0) throw clientError("Fargate doesn't support 'links'.");
    if (logConfiguration?.logDriver === 'awslogs') {
      const { options = {} } = logConfiguration;
      for (const needed of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix']) {
        if (!options[needed]) throw clientError(`Log driver awslogs requires options: ${needed}`);
      }
    }
  }
}

/** By `family`, `family:revision` or ARN. A family alone is its latest ACTIVE revision. */
export function findDefinition(deployment: Deployment, reference: string): StoredDefinition | undefined {
  const name = reference.replace(/^arn:aws:ecs:[^:]*:[^:]*:task-definition\//, '');
  const [family = '', revision] = name.split(':');
  const all = deployment.ecs.families.get(family) ?? [];
  if (revision === undefined) return all.findLast(({ definition }) => definition.status === 'ACTIVE');
  return all.find(({ definition }) => String(definition.revision) === revision);
}

export function describeTaskDefinition(
  { taskDefinition, include }: DescribeTaskDefinitionRequest,
  { deployment }: Call,
) {
  const found = findDefinition(deployment, taskDefinition!);
  if (!found) throw clientError('Unable to describe task definition.');
  return { taskDefinition: found.definition, ...(include?.includes('TAGS') ? { tags: found.tags } : {}) };
}

export function deregisterTaskDefinition({ taskDefinition }: DeregisterTaskDefinitionRequest, { deployment }: Call) {
  if (!/:\d+$/.test(taskDefinition!)) throw clientError('Invalid revision number. Number: 0');
  const found = findDefinition(deployment, taskDefinition!);
  if (!found) throw clientError('The specified task definition does not exist.');
  found.definition.status = 'INACTIVE';
  found.definition.deregisteredAt = new Date(deployment.now());
  return { taskDefinition: found.definition };
}

export function deleteTaskDefinitions(
  { taskDefinitions = [] }: DeleteTaskDefinitionsRequest,
  { deployment }: Call,
): DeleteTaskDefinitionsResponse {
  if (taskDefinitions.length === 0 || taskDefinitions.length > 10)
    throw invalidParameter('Specify 1 to 10 task definitions.');
  const answer = { taskDefinitions: [] as StoredDefinition['definition'][], failures: [] as object[] };
  for (const reference of taskDefinitions) {
    const found = findDefinition(deployment, reference);
    if (!found || !/:\d+$/.test(reference)) {
      answer.failures.push({ arn: reference, reason: 'The specified task definition does not exist.' });
    } else if (found.definition.status === 'ACTIVE') {
      answer.failures.push({
        arn: found.definition.taskDefinitionArn,
        reason: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      });
    } else {
      found.definition.status = 'DELETE_IN_PROGRESS';
      found.definition.deleteRequestedAt = new Date(deployment.now());
      answer.taskDefinitions.push(found.definition);
    }
  }
  return answer;
}

export function listTaskDefinitions(
  { familyPrefix, status = 'ACTIVE', sort = 'ASC', maxResults = 100, nextToken }: ListTaskDefinitionsRequest,
  { deployment }: Call,
): ListTaskDefinitionsResponse {
  // It is a family's full name, whatever it is called.
  const families = [...deployment.ecs.families].filter(
    ([family]) => familyPrefix === undefined || family === familyPrefix,
  );
  const arns = families
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, revisions]) => revisions)
    .filter(({ definition }) => definition.status === status)
    .map(({ definition }) => definition.taskDefinitionArn);
  const ordered = sort === 'DESC' ? arns.reverse() : arns;
  const { items, ...more } = page(ordered, maxResults, nextToken);
  return { taskDefinitionArns: items, ...more };
}
