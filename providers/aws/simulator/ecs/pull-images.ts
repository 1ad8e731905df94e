import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Deployment } from '../deployment.ts';
import { arnOf } from '../names.ts';
import type { TaskRecord } from './ecs-state.ts';
import { TaskFailure } from './failure.ts';

const privateRegistry = /^(\d{12})\.dkr\.ecr\.[\w-]+\.amazonaws\.com\/([^:@]+)/;
const pullActions = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];

/** Throws where an image is not there, or the execution role may not have it from the account's registry. */
export function pullImages(
  deployment: Deployment,
  definition: TaskDefinition,
  executionRole: string | undefined,
  task: TaskRecord,
): void {
  for (const { image = '', name } of definition.containerDefinitions ?? []) {
    const problem = problemWith(image, deployment, executionRole);
    if (problem === undefined) continue;
    task.containers.find((container) => container.name === name)!.reason = problem;
    throw new TaskFailure(problem);
  }
}

function problemWith(image: string, deployment: Deployment, executionRole: string | undefined): string | undefined {
  const [, , repository] = privateRegistry.exec(image) ?? [];
  if (repository !== undefined) {
    const refused = refusedAction(repository, deployment, executionRole);
    if (refused !== undefined)
      return `CannotPullECRContainerError: AccessDeniedException: ${executionRole ?? 'no execution role'} is not authorized to perform: ${refused}`;
  }
  if (deployment.isImageKnown(image)) return undefined;
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: not found`;
}

function refusedAction(repository: string, deployment: Deployment, role: string | undefined): string | undefined {
  if (role === undefined) return 'ecr:GetAuthorizationToken';
  const caller = deployment.callerForRole(role);
  const arn = arnOf(deployment.names, 'ecr', `repository/${repository}`);
  const needed = [['ecr:GetAuthorizationToken', '*'], ...pullActions.map((action) => [action, arn])] as [
    string,
    string,
  ][];
  return needed.find(([action, resource]) => !deployment.access.allows(caller, action, resource))?.[0];
}
