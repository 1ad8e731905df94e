import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

/** What `dependsOn` may say (ContainerDependency in the API reference). */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const other = byName.get(containerName);
      if (!other || containerName === name)
        throw clientError(`Container ${name} depends on a container that does not exist: ${containerName}`);
      if (!['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'].includes(condition!))
        throw clientError(`Invalid container dependency condition: ${condition}`);
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false)
        throw clientError(`The condition ${condition} can't be set on an essential container: ${containerName}`);
      if (condition === 'HEALTHY') throw clientError('The simulator runs no health checks.');
    }
    if (reaches(name!, name!, byName, new Set())) throw clientError(`Container dependencies form a cycle: ${name}`);
  }
}

function reaches(
  from: string,
  wanted: string,
  byName: ReadonlyMap<string | undefined, ContainerDefinition>,
  seen: Set<string>,
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const next = (byName.get(from)?.dependsOn ?? []).map(({ containerName }) => containerName!);
  return next.some((name) => name === wanted || reaches(name, wanted, byName, seen));
}
