import type { Deployment } from '../deployment.ts';
import type { TaskRecord } from './ecs-state.ts';

/** `ECS Task State Change`, as EventBridge carries it: times as RFC 3339, and no tags. */
export function publishTaskState(deployment: Deployment, task: TaskRecord): void {
  const { tags: _tags, ...detail } = task;
  deployment.events.publish({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [task.taskArn],
    detail: { ...structuredClone(detail), updatedAt: new Date(deployment.now()) },
  });
}
