import type { ImageDocument } from '../contract/collections.ts';
import type { TaskTemplate } from '../contract/tasks.ts';

/** What the provider must know of an image to run it. */
export function templateOf(image: ImageDocument): TaskTemplate {
  return {
    imageId: image.image_id,
    image: image.image,
    cpu: image.cpu,
    memory: image.memory,
    platform: image.runtime_platform,
    ...(image.task_role_name !== undefined && { taskRole: image.task_role_name }),
    ...(image.task_execution_role_name !== undefined && { executionRole: image.task_execution_role_name }),
  };
}
