import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerSpec } from '../containers/container.ts';
import { defaultPath } from '../containers/container-host.ts';
import type { Deployment } from '../deployment.ts';
import type { StoredDefinition, TaskRecord } from './ecs-state.ts';
import { memoryMegabytes } from './fargate.ts';
import { logSink } from './task-logs.ts';

/** Where the containers of a task run. */
export interface TaskPlace {
  deployment: Deployment;
  stored: StoredDefinition;
  task: TaskRecord;
  /** Values by container and variable. */
  secrets: Readonly<Record<string, Record<string, string>>>;
  /** Folder by volume. */
  volumes: Readonly<Record<string, string>>;
}

const mebibyte = 1024 * 1024;
/** The awslogs driver's: what CloudWatch takes, less the 26 bytes that it counts for each event. */
const maximumLineBytes = 256 * 1024 - 26;

/** What a container runs once definition, overrides and image are put together; `finish` when it has ended. */
export function containerSpec(
  definition: ContainerDefinition,
  place: TaskPlace,
): { spec: ContainerSpec; finish(): void } {
  const { deployment, stored, task, volumes } = place;
  const override = (task.overrides.containerOverrides ?? []).find(({ name }) => name === definition.name) ?? {};
  const image = deployment.knobs.images[definition.image!] ?? {};
  const words = override.command ?? definition.command;
  // As Docker does: whoever replaces the entry point loses the image's command, too.
  const entrypoint = definition.entryPoint ?? image.entrypoint ?? [];
  const command = words ?? (definition.entryPoint ? [] : (image.command ?? []));
  const memory = override.memory ?? definition.memory ?? memoryMegabytes(task.memory ?? '');
  const environment: Record<string, string> = {
    ...image.environment,
    ...environmentOf(definition, place),
    ...pairs(override.environment),
  };
  const sink = logSink(definition, deployment, task);
  return {
    finish: () => sink.end(),
    spec: {
      argv: [...entrypoint, ...command],
      environment: { ...environment, PATH: `${environment.PATH ?? defaultPath}:${deployment.programs}` },
      directory: definition.workingDirectory ?? image.workingDirectory ?? '/',
      mounts: (definition.mountPoints ?? []).map(({ sourceVolume, containerPath }) => ({
        folder: volumes[sourceVolume!]!,
        path: containerPath!,
      })),
      ...(memory === undefined ? {} : { memoryBytes: memory * mebibyte }),
      init: definition.linuxParameters?.initProcessEnabled ?? stored.definition.pidMode === 'task',
      onLine: (line) => sink.add(line),
      maximumLineBytes,
    },
  };
}

function environmentOf(definition: ContainerDefinition, place: TaskPlace): Record<string, string> {
  const { deployment, stored, task, secrets } = place;
  const role = task.overrides.taskRoleArn ?? stored.definition.taskRoleArn;
  return {
    HOSTNAME: 'ip-172-20-1-10.ec2.internal',
    HOME: '/root',
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: deployment.names.region,
    AWS_DEFAULT_REGION: deployment.names.region,
    // On AWS the SDKs in a container know their endpoints, and find credentials at a link-local address.
    AWS_ENDPOINT_URL: deployment.endpoint,
    ...(role ? { AWS_CONTAINER_CREDENTIALS_FULL_URI: deployment.credentialsUrl(role) } : {}),
    ...pairs(definition.environment),
    ...secrets[definition.name!],
  };
}

const pairs = (list: readonly { name?: string | undefined; value?: string | undefined }[] = []) =>
  Object.fromEntries(list.map(({ name, value }) => [name!, value ?? '']));
