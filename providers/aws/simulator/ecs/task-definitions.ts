import type {
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
import { checkDefinition } from './check-definition.ts';
import type { StoredDefinition } from './ecs-state.ts';
import { clientError, invalidParameter } from './errors.ts';
import { page } from './page.ts';
import { checkTags } from './tags.ts';

export function registerTaskDefinition(input: RegisterTaskDefinitionRequest, call: Call) {
  const { deployment } = call;
  checkDefinition(input);
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
