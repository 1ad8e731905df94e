import { RunvoyError } from '../contract/errors.ts';
import type { Access } from '../services.ts';

export function checkRole(access: Access, role: string): void {
  if (access.isRole(role)) return;
  const roles = access.roles.join(', ');
  throw new RunvoyError('INVALID_REQUEST', role ? `invalid role, must be one of: ${roles}` : 'role is required', {
    field: 'role',
    remedy: `Use one of: ${roles}.`,
  });
}
