import { availableParallelism } from 'node:os';
import { RunvoyError, type TaskTemplate } from '@runvoy/core/provider';
import type { Runtime } from '../config.ts';
import type { DockerEngine } from './docker-engine.ts';

/** The image that is no image: the command runs on this machine as it is. */
export const hostImage = 'host';

export const defaultImage = (runtime: Runtime): string =>
  runtime === 'docker' ? 'docker.io/library/alpine:latest' : hostImage;

const cpuUnits = 1024;
/** Docker's own minimum. */
const minimumMemoryMiB = 6;

/** Rejects a template that can never run here; tells what will be different from what it asks for. */
export async function checkTemplate(template: TaskTemplate, runtime: Runtime, engine: DockerEngine): Promise<string[]> {
  if (template.taskRole ?? template.executionRole) {
    throw new RunvoyError('INVALID_REQUEST', 'the local provider has no roles', {
      field: template.taskRole === undefined ? 'task_execution_role_name' : 'task_role_name',
      remedy: 'Leave the role out: commands run as the user of this machine, or as the user of their image.',
    });
  }
  dockerPlatform(template.platform);
  if (template.image === hostImage) {
    if (runtime !== 'docker') return ['runs on this machine as its user: not isolated, CPU and memory are not limited'];
    throw refused('the image "host" is off on this server, which runs containers only (RUNVOY_LOCAL_RUNTIME=docker)', {
      remedy: 'Name a container image.',
    });
  }
  if (runtime === 'process') {
    throw refused(`${template.image} cannot run: this server runs plain processes (RUNVOY_LOCAL_RUNTIME=process)`, {
      remedy: `There are no containers and no isolation in process mode. Use the image "${hostImage}", or set RUNVOY_LOCAL_RUNTIME to docker.`,
    });
  }
  if (!(await engine.answers())) {
    throw refused(`${template.image} cannot run: no Docker engine answers on this machine`, {
      remedy:
        runtime === 'docker'
          ? 'Start Docker (or set DOCKER_HOST).'
          : `Start Docker (or set DOCKER_HOST), or use the image "${hostImage}", which runs on this machine without isolation.`,
    });
  }
  if (template.memory < minimumMemoryMiB) {
    throw new RunvoyError('INVALID_REQUEST', `memory of ${template.memory} MiB is too little for a container`, {
      field: 'memory',
      remedy: `Give at least ${minimumMemoryMiB} MiB.`,
    });
  }
  const cpu = containerCpu(template.cpu);
  return cpu === template.cpu ? [] : [`CPU lowered to ${cpu} units, all that this machine has`];
}

/** Docker refuses more than the machine has. */
export const containerCpu = (cpu: number): number => Math.min(cpu, availableParallelism() * cpuUnits);

/** `Linux/ARM64` as Docker writes it. */
export function dockerPlatform(platform: string): string {
  const architecture = /^linux\/(arm64|x86_64)$/i.exec(platform)?.[1]?.toLowerCase();
  if (architecture) return `linux/${architecture === 'x86_64' ? 'amd64' : architecture}`;
  throw new RunvoyError('INVALID_REQUEST', `the platform ${platform} is not known`, {
    field: 'runtime_platform',
    remedy: 'Use Linux/X86_64 or Linux/ARM64.',
  });
}

const refused = (message: string, details: { remedy: string }) =>
  new RunvoyError('INVALID_REQUEST', message, { field: 'image', ...details });
