import type { UserDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { Users } from '../services.ts';
import { hashApiKey } from './api-keys.ts';
import type { UsersDependencies } from './users.ts';

const hour = 3_600_000;

/** One read and one hash a request. The role comes with the user, so a change of role counts from the next request on. */
export function createAuthentication({ store, log, now }: UsersDependencies): Pick<Users, 'authenticate'> {
  const noting = new Set<string>();

  /** At most once an hour; a request neither waits for it nor fails with it. */
  function noteUse(user: UserDocument, requestId: string): void {
    const { api_key_hash: key, last_used: lastUsed = 0 } = user;
    if (now() - lastUsed < hour || noting.has(key)) return;
    noting.add(key);
    // modified_by_request_id stays: it tells who changed the user, and using a key changes nothing.
    store
      .update('users', key, { set: { last_used: now() }, when: { revoked: false } }, { requestId })
      .catch((error: unknown) => log.warn({ request_id: requestId, error }, 'could not note the use of an API key'))
      .finally(() => noting.delete(key));
  }

  return {
    async authenticate(apiKey, requestId) {
      if (!apiKey)
        throw new RunvoyError('UNAUTHORIZED', 'API key is required', {
          field: 'X-API-Key',
          remedy: 'Send your API key in the header X-API-Key.',
        });
      let user: UserDocument | undefined;
      try {
        user = await store.get('users', hashApiKey(apiKey), { requestId });
      } catch (error) {
        if (isRunvoyError(error, 'CANCELLED')) throw error;
        throw new RunvoyError('DATABASE_ERROR', 'failed to get user by API key hash', {
          remedy: 'Try again in a moment.',
          cause: error,
        });
      }
      if (!user)
        throw new RunvoyError('INVALID_API_KEY', 'Invalid API key', {
          field: 'X-API-Key',
          remedy: 'Check the key, or ask an administrator for a new one.',
        });
      if (user.revoked)
        throw new RunvoyError('API_KEY_REVOKED', 'API key has been revoked', {
          field: 'X-API-Key',
          remedy: 'Ask an administrator to invite you again.',
        });
      noteUse(user, requestId);
      return user;
    },
  };
}
