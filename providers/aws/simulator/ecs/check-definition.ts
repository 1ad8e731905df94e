import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { checkDependencies } from './dependencies.ts';
import { clientError, invalidParameter } from './errors.ts';
import { cpuUnits, isFargateSize, memoryMegabytes } from './fargate.ts';

/** What RegisterTaskDefinition refuses: the API reference, and "Task definition parameters for Fargate" in the guide. */
export function checkDefinition(input: RegisterTaskDefinitionRequest): void {
  const { family = '', containerDefinitions = [], volumes = [], requiresCompatibilities = [] } = input;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw clientError(`Family contains invalid characters: ${family}`);
  if (containerDefinitions.length === 0) throw clientError('Container list cannot be empty.');
  if (containerDefinitions.length > 10) throw clientError('A task definition can have at most 10 containers.');
  const names = containerDefinitions.map(({ name = '' }) => name);
  for (const container of containerDefinitions)
    checkContainer(
      container,
      volumes.map(({ name = '' }) => name),
    );
  if (new Set(names).size !== names.length) throw clientError('Container names must be unique.');
  checkDependencies(containerDefinitions);
  if (containerDefinitions.every(({ essential }) => essential === false))
    throw clientError('Invalid argument. At least one container must be essential.');
  if (requiresCompatibilities.includes('FARGATE')) checkFargate(input);
}

function checkContainer(container: ContainerDefinition, volumes: readonly string[]): void {
  const { name = '', image = '', memory, mountPoints = [], stopTimeout } = container;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw clientError(`Container.name contains invalid characters: ${name}`);
  if (image === '') throw clientError('Container.image should not be null or empty.');
  if (image.length > 255 || /\s/.test(image)) throw clientError(`Container.image contains invalid characters.`);
  if (memory !== undefined && memory < 6)
    throw clientError(`Invalid 'memory' setting for container. It must be at least 6 MiB: ${name}`);
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
  const used = containerDefinitions.reduce(
    (sum, container) => sum + (container.memory ?? container.memoryReservation ?? 0),
    0,
  );
  if (used > megabytes)
    throw clientError(
      `Invalid 'memory' settings: the containers' ${used} MiB are more than the task's ${megabytes} MiB.`,
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
