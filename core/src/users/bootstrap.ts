import { RunvoyError } from '../contract/errors.ts';
import type { Users } from '../services.ts';
import { generateToken, hashApiKey } from './api-keys.ts';
import { isAdministrator } from './memberships.ts';
import { reserve } from './reservations.ts';
import type { UsersDependencies } from './users.ts';

/** The first user of a deployment, made without one who could invite. */
export function createBootstrap(dependencies: UsersDependencies): Pick<Users, 'bootstrap'> {
  const { store, access, now } = dependencies;
  return {
    async bootstrap(email) {
      const [somebody] = await store.query('users', { index: 'all', limit: 1 });
      if (somebody) return undefined;
      const role = ['admin', ...access.roles].find((name) => access.isRole(name) && isAdministrator(access, name));
      if (role === undefined)
        throw new RunvoyError('CONFIGURATION_INVALID', 'no role of the policy may create users', {
          field: 'RUNVOY_POLICY_FILE',
          remedy: 'Allow one role to create /api/v1/users/create, for example: p, admin, /api/v1/*, *, allow',
        });
      const apiKey = generateToken();
      const api_key_hash = hashApiKey(apiKey);
      // Of several servers that start at the same time one makes the user.
      if (!(await reserve(dependencies, 'bootstrap', api_key_hash, {}))) return undefined;
      await store.insert('users', { api_key_hash, user_email: email, role, created_at: now(), revoked: false });
      return { apiKey, email };
    },
  };
}
