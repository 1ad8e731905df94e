import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { RunvoyError, type TaskTemplate } from '@runvoy/core/provider';
import { familyOf } from './family.ts';
import { fargateSize } from './fargate-size.ts';
import { tagValue } from './tag-value.ts';

export interface DefinitionSettings {
  logGroup: string;
  region: string;
  sidecarImage: string;
  /** ARNs. */
  taskRole?: string;
  executionRole?: string;
}

export const runnerName = 'runner';
export const sidecarName = 'sidecar';

/**
 * Runs its arguments, whatever entry point the image has. Upstream's servers, which run `/bin/sh -c <script>`, can use such a definition, and
 * we can use theirs, which has none.
 */
const entryPoint = ['/bin/sh', '-c', 'exec "$@"', 'runvoy'];
const volume = 'workspace';
const workspace = '/workspace';
const architectures: Record<string, 'ARM64' | 'X86_64'> = { 'linux/arm64': 'ARM64', 'linux/x86_64': 'X86_64' };

/** The task definition of an image, as upstream makes it but for the entry points. Throws INVALID_REQUEST for what can never run. */
export function definitionOf(
  template: TaskTemplate,
  settings: DefinitionSettings,
): { definition: RegisterTaskDefinitionCommandInput; notes: string[] } {
  const cpuArchitecture = architectures[template.platform.toLowerCase()];
  if (!cpuArchitecture) {
    throw new RunvoyError('INVALID_REQUEST', `Fargate cannot run images of the platform ${template.platform}`, {
      field: 'runtime_platform',
      remedy: 'Use Linux/ARM64 or Linux/X86_64.',
    });
  }
  const { cpu, memory, notes } = fargateSize(template.cpu, template.memory);
  const shared = {
    entryPoint,
    mountPoints: [{ sourceVolume: volume, containerPath: workspace }],
    logConfiguration: {
      logDriver: 'awslogs' as const,
      options: {
        'awslogs-group': settings.logGroup,
        'awslogs-region': settings.region,
        'awslogs-stream-prefix': 'task',
      },
    },
  };
  return {
    notes,
    definition: {
      family: familyOf(template.imageId),
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: String(cpu),
      memory: String(memory),
      ephemeralStorage: { sizeInGiB: 21 },
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture },
      volumes: [{ name: volume }],
      ...(settings.taskRole !== undefined && { taskRoleArn: settings.taskRole }),
      ...(settings.executionRole !== undefined && { executionRoleArn: settings.executionRole }),
      containerDefinitions: [
        {
          ...shared,
          name: sidecarName,
          image: settings.sidecarImage,
          essential: false,
          command: ['/bin/sh', '-c', 'echo "this is replaced when a task is run"'],
        },
        {
          ...shared,
          name: runnerName,
          image: template.image,
          essential: true,
          command: ['/bin/sh', '-c', 'echo "this is replaced when a task is run"'],
          workingDirectory: workspace,
          dependsOn: [{ containerName: sidecarName, condition: 'SUCCESS' }],
        },
      ],
      tags: [
        { key: 'DockerImage', value: tagValue(template.image) },
        { key: 'Application', value: 'runvoy' },
        { key: 'ManagedBy', value: 'runvoy-orchestrator' },
      ],
    },
  };
}

/** Whether a registered definition is what we would register. */
export function isSameDefinition(registered: TaskDefinition, wanted: RegisterTaskDefinitionCommandInput): boolean {
  return JSON.stringify(essence(registered)) === JSON.stringify(essence(wanted));
}

function essence(definition: TaskDefinition | RegisterTaskDefinitionCommandInput) {
  const { cpu, memory, taskRoleArn, executionRoleArn, runtimePlatform, containerDefinitions = [] } = definition;
  return [
    [cpu, memory, taskRoleArn, executionRoleArn, runtimePlatform?.cpuArchitecture],
    containerDefinitions.map(({ name, image, entryPoint: entry }) => [name, image, entry]),
  ];
}
