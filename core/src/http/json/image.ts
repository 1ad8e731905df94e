import type { Image } from '../../api/index.ts';
import type { ImageDocument } from '../../contract/collections.ts';
import { toRfc3339 } from './time.ts';

export function imageToJson(image: ImageDocument): Image {
  return {
    image_id: image.image_id,
    image: image.image,
    ...(image.template_ref && { task_definition_name: image.template_ref }),
    is_default: image.is_default,
    ...(image.task_role_name && { task_role_name: image.task_role_name }),
    ...(image.task_execution_role_name && { task_execution_role_name: image.task_execution_role_name }),
    cpu: image.cpu,
    memory: image.memory,
    runtime_platform: image.runtime_platform,
    image_registry: image.image_registry,
    image_name: image.image_name,
    image_tag: image.image_tag,
    ...(image.created_by && { created_by: image.created_by }),
    owned_by: [...image.owned_by],
    created_at: toRfc3339(image.created_at),
    created_by_request_id: image.created_by_request_id ?? '',
    modified_by_request_id: image.modified_by_request_id ?? '',
  };
}
