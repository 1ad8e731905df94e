import type { Secret } from '../../api/index.ts';
import type { SecretWithValue } from '../../services.ts';
import { toRfc3339 } from './time.ts';

export function secretToJson(secret: SecretWithValue): Secret {
  return {
    name: secret.secret_name,
    key_name: secret.key_name,
    ...(secret.description && { description: secret.description }),
    ...(secret.value !== undefined && { value: secret.value }),
    created_by: secret.created_by,
    owned_by: [...secret.owned_by],
    created_at: toRfc3339(secret.created_at),
    updated_at: toRfc3339(secret.updated_at),
    updated_by: secret.updated_by,
    created_by_request_id: secret.created_by_request_id ?? '',
    modified_by_request_id: secret.modified_by_request_id ?? '',
  };
}
