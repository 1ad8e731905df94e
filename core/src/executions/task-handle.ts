import type { ExecutionDocument } from '../contract/collections.ts';
import type { TaskHandle } from '../contract/tasks.ts';

/** What the provider knows the task of an execution by. */
export function handleOf({ execution_id, task_ref }: ExecutionDocument): TaskHandle {
  return { executionId: execution_id, ...(task_ref !== undefined && { ref: task_ref }) };
}
