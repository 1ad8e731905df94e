import { invalidArgument } from '../cloud/cloud-error.ts';
import type { Container, EnvVar, Overrides, TaskTemplate } from './types.ts';

/**
 * The template of one execution. Arguments are replaced, variables merged; image, command, size, account and labels cannot be
 * overridden.
 */
export function applyOverrides(template: TaskTemplate, overrides: Overrides | null | undefined): TaskTemplate {
  const applied = structuredClone(template);
  if (!overrides) return applied;
  if (overrides.timeout) applied.timeout = overrides.timeout;
  const containers = applied.containers!;
  for (const override of overrides.containerOverrides ?? []) {
    const container = override.name ? containers.find(({ name }) => name === override.name) : onlyOne(containers);
    if (!container) throw invalidArgument(`overrides.container_overrides: there is no container '${override.name}'.`);
    if (override.clearArgs && override.args?.length)
      throw invalidArgument('overrides.container_overrides: args and clear_args exclude each other.');
    if (override.clearArgs) container.args = [];
    else if (override.args?.length) container.args = override.args;
    container.env = merged(container.env ?? [], override.env ?? []);
  }
  return applied;
}

function onlyOne(containers: readonly Container[]): Container | undefined {
  if (containers.length > 1)
    throw invalidArgument('overrides.container_overrides: name is required when a job has more than one container.');
  return containers[0];
}

/** A name that is plain in one place and a secret in the other is refused. */
function merged(own: readonly EnvVar[], added: readonly EnvVar[]): EnvVar[] {
  const variables = new Map(own.map((variable) => [variable.name!, variable]));
  for (const variable of added) {
    const before = variables.get(variable.name!);
    if (before && Boolean(before.valueSource) !== Boolean(variable.valueSource))
      throw invalidArgument(
        `overrides.container_overrides.env: '${variable.name}' cannot be set with a different type than it is in the job.`,
      );
    variables.set(variable.name!, variable);
  }
  return [...variables.values()];
}
