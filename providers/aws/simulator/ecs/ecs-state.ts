import type { Tag, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskRun } from './task-run.ts';

/** What DescribeTasks shows of a task, with what every task has. */
export type TaskRecord = Task &
  Required<
    Pick<
      Task,
      | 'taskArn'
      | 'clusterArn'
      | 'taskDefinitionArn'
      | 'lastStatus'
      | 'desiredStatus'
      | 'containers'
      | 'createdAt'
      | 'version'
      | 'overrides'
    >
  >;

export interface StoredDefinition {
  definition: TaskDefinition & Required<Pick<TaskDefinition, 'taskDefinitionArn' | 'family' | 'revision' | 'status'>>;
  tags: Tag[];
}

interface UsedToken {
  /** Everything else of the request that it came with. */
  request: string;
  /** Milliseconds since the epoch. */
  usedAt: number;
  taskArns: string[];
}

/** What ECS keeps of one deployment. */
export class EcsState {
  /** By family; the index is the revision less one. */
  readonly families = new Map<string, StoredDefinition[]>();
  /** By ARN, oldest first. */
  readonly tasks = new Map<string, TaskRun>();
  readonly tokens = new Map<string, UsedToken>();
}
