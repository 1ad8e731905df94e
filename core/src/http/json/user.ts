import type { User } from '../../api/index.ts';
import type { UserDocument } from '../../contract/collections.ts';
import { toRfc3339 } from './time.ts';

export function userToJson(user: UserDocument): User {
  return {
    email: user.user_email,
    role: user.role,
    created_at: toRfc3339(user.created_at),
    revoked: user.revoked,
    ...(user.last_used !== undefined && { last_used: toRfc3339(user.last_used) }),
    ...(user.expires_at !== undefined && { pending: true }),
    created_by_request_id: user.created_by_request_id ?? '',
    modified_by_request_id: user.modified_by_request_id ?? '',
  };
}
