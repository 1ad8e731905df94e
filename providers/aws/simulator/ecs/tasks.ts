import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  Failure,
  ListTasksRequest,
  ListTasksResponse,
  StopTaskRequest,
  StopTaskResponse,
  Task,
} from '@aws-sdk/client-ecs';
import type { Deployment } from '../deployment.ts';
import { arnOf } from '../names.ts';
import type { Call } from '../wire/service.ts';
import { checkCluster } from './cluster.ts';
import { invalidParameter } from './errors.ts';
import { page } from './page.ts';
import type { TaskRun } from './task-run.ts';

/** "Stopped tasks only appear in the returned results for at least one hour." */
const stoppedVisibleMilliseconds = 3600_000;

/** By ARN, or by the id at its end. */
export function findTask(deployment: Deployment, reference: string): TaskRun | undefined {
  const arn = reference.startsWith('arn:')
    ? reference
    : arnOf(deployment.names, 'ecs', `task/${deployment.names.cluster}/${reference}`);
  const run = deployment.ecs.tasks.get(arn);
  return run && isVisible(run, deployment) ? run : undefined;
}

const isVisible = (run: TaskRun, { now }: Deployment): boolean => now() >= run.visibleFrom && !isForgotten(run, now());

/** Whether it stopped so long ago that ECS does not know it any more. */
export const isForgotten = ({ record }: TaskRun, now: number): boolean =>
  now >= (record.stoppedAt?.getTime() ?? Number.POSITIVE_INFINITY) + stoppedVisibleMilliseconds;

export function describeTasks(input: DescribeTasksRequest, { deployment }: Call): DescribeTasksResponse {
  checkCluster(input.cluster, deployment);
  const references = input.tasks ?? [];
  if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (references.length > 100) throw invalidParameter('Tasks cannot have more than 100 elements.');
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    if (!/^(arn:aws:ecs:[\w-]+:\d+:task\/([\w-]+\/)?)?[\w-]+$/.test(reference))
      throw invalidParameter(`taskId length should be one of [32,36]`);
    const run = findTask(deployment, reference);
    if (!run) {
      const arn = reference.startsWith('arn:')
        ? reference
        : arnOf(deployment.names, 'ecs', `task/${deployment.names.cluster}/${reference}`);
      failures.push({ arn, reason: 'MISSING' });
      continue;
    }
    const { tags, ...record } = run.record;
    tasks.push(input.include?.includes('TAGS') ? { ...record, tags } : { ...record, tags: [] });
  }
  return { tasks, failures };
}

export function listTasks(input: ListTasksRequest, { deployment }: Call): ListTasksResponse {
  checkCluster(input.cluster, deployment);
  const { desiredStatus = 'RUNNING', startedBy, family, launchType, maxResults = 100, nextToken } = input;
  if (startedBy !== undefined && (family !== undefined || input.serviceName !== undefined))
    throw invalidParameter('startedBy must be the only filter that is used.');
  if (input.containerInstance !== undefined || input.serviceName !== undefined) return { taskArns: [] };
  const arns = [...deployment.ecs.tasks.values()]
    .filter((run) => isVisible(run, deployment))
    .map(({ record }) => record)
    .filter((task) => task.desiredStatus === desiredStatus)
    .filter((task) => startedBy === undefined || task.startedBy === startedBy)
    .filter((task) => family === undefined || task.taskDefinitionArn.split('/').at(-1)!.split(':')[0] === family)
    .filter((task) => launchType === undefined || task.launchType === launchType)
    .map(({ taskArn }) => taskArn);
  const { items, ...more } = page(arns, maxResults, nextToken);
  return { taskArns: items, ...more };
}

export function stopTask(input: StopTaskRequest, { deployment }: Call): StopTaskResponse {
  checkCluster(input.cluster, deployment);
  const run = findTask(deployment, input.task!);
  if (!run) throw invalidParameter('The referenced task was not found.');
  const { reason = 'Task stopped by user' } = input;
  if (reason.length > 255) throw invalidParameter('reason can have at most 255 characters.');
  run.stop('UserInitiated', reason);
  const { tags: _tags, ...task } = run.record;
  return { task: structuredClone(task) };
}
