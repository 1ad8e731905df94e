import {
  DeleteTaskDefinitions$,
  type DeleteTaskDefinitionsRequest,
  DeregisterTaskDefinition$,
  type DeregisterTaskDefinitionRequest,
  DescribeTaskDefinition$,
  DescribeTasks$,
  type DescribeTasksRequest,
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  ListTaskDefinitions$,
  ListTasks$,
  RegisterTaskDefinition$,
  RunTask$,
  type RunTaskRequest,
  StopTask$,
  type StopTaskRequest,
  TagResource$,
  type TagResourceRequest,
  UntagResource$,
  type UntagResourceRequest,
} from '@aws-sdk/client-ecs';
import { arnOf } from '../names.ts';
import { byName, type Call, everything, operation, type Service } from '../wire/service.ts';
import { invalidParameter } from './errors.ts';
import { runTask } from './run-task.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  findDefinition,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions.ts';
import { describeTasks, listTasks, stopTask } from './tasks.ts';

const taskArn = (reference: string, { deployment: { names } }: Call) =>
  reference.startsWith('arn:') ? reference : arnOf(names, 'ecs', `task/${names.cluster}/${reference}`);

/** Of a definition that may not exist, too: whoever may not know gets no other answer than AccessDenied. */
function definitionArn(reference: string, { deployment }: Call): string {
  const found = findDefinition(deployment, reference)?.definition.taskDefinitionArn;
  return (
    found ?? (reference.startsWith('arn:') ? reference : arnOf(deployment.names, 'ecs', `task-definition/${reference}`))
  );
}

export const ecs: Service = {
  name: 'ecs',
  target: 'AmazonEC2ContainerServiceV20141113',
  missingMember: (member) => invalidParameter(`${member} cannot be empty.`),
  operations: byName([
    operation(RegisterTaskDefinition$, everything, registerTaskDefinition),
    operation(DescribeTaskDefinition$, everything, describeTaskDefinition),
    operation(ListTaskDefinitions$, everything, listTaskDefinitions),
    operation<DeregisterTaskDefinitionRequest, object>(DeregisterTaskDefinition$, everything, deregisterTaskDefinition),
    operation<DeleteTaskDefinitionsRequest, object>(
      DeleteTaskDefinitions$,
      ({ taskDefinitions = [] }, call) => taskDefinitions.map((reference) => definitionArn(reference, call)),
      deleteTaskDefinitions,
    ),
    operation<RunTaskRequest, object>(
      RunTask$,
      ({ taskDefinition }, call) => [definitionArn(taskDefinition!, call)],
      runTask,
    ),
    operation<DescribeTasksRequest, object>(
      DescribeTasks$,
      ({ tasks = [] }, call) => tasks.map((reference) => taskArn(reference, call)),
      describeTasks,
    ),
    operation(ListTasks$, everything, listTasks),
    operation<StopTaskRequest, object>(StopTask$, ({ task }, call) => [taskArn(task!, call)], stopTask),
    operation<TagResourceRequest, object>(TagResource$, ({ resourceArn }) => [resourceArn!], tagResource),
    operation<UntagResourceRequest, object>(UntagResource$, ({ resourceArn }) => [resourceArn!], untagResource),
    operation<ListTagsForResourceRequest, object>(
      ListTagsForResource$,
      ({ resourceArn }) => [resourceArn!],
      listTagsForResource,
    ),
  ]),
};
