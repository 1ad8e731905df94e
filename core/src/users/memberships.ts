import type { UserDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Access, Users } from '../services.ts';
import { allDocuments } from '../store/all-documents.ts';
import { withLock } from '../store/with-lock.ts';
import { checkRole } from './check-role.ts';
import { documentsOf, representative, stateOf, unknownUser } from './user-documents.ts';
import type { UsersDependencies } from './users.ts';

/** Whether users of this role can invite others. Somebody must be able to, always. */
export function isAdministrator(access: Access, role: string): boolean {
  return access.allows({ email: '', role }, '/api/v1/users/create', 'create');
}

/** Taking access away from users, wholly or in part. */
export function createMemberships(dependencies: UsersDependencies): Pick<Users, 'revoke' | 'changeRole'> {
  const { store, access } = dependencies;

  /** Writes to all documents of a user, and refuses to take the last administrator away. */
  async function change(
    email: string,
    set: Partial<UserDocument>,
    call: CallOptions,
    check?: (user: UserDocument) => void,
  ): Promise<UserDocument> {
    const documents = await documentsOf(store, email, call);
    const user = representative(documents);
    if (!user) throw unknownUser();
    check?.(user);
    const write = async () => {
      const changes = documents
        .filter((document) => !document.revoked)
        .map(({ api_key_hash: key }) => store.update('users', key, { set, when: { revoked: false } }, call));
      const changed = (await Promise.all(changes)).filter((document) => document !== undefined);
      return representative(changed) ?? user;
    };
    const staysAdministrator = !set.revoked && isAdministrator(access, set.role ?? user.role);
    const isActiveAdministrator = stateOf(user) === 'active' && isAdministrator(access, user.role);
    if (staysAdministrator || !isActiveAdministrator) return write();
    // One at a time, or two administrators could remove each other.
    return withLock(dependencies, 'administrators', call, async () => {
      await demandAnotherAdministrator(email, call);
      return write();
    });
  }

  async function demandAnotherAdministrator(email: string, call: CallOptions): Promise<void> {
    for (const { user_email, api_key_hash } of await allDocuments(store, 'users', { index: 'all' }, call)) {
      if (user_email === email) continue;
      // The index may lag behind a change made a moment ago; a read by key does not.
      const other = await store.get('users', api_key_hash, call);
      if (other && stateOf(other) === 'active' && isAdministrator(access, other.role)) return;
    }
    throw new RunvoyError('CONFLICT', 'the last active admin can neither be revoked nor get another role', {
      field: 'email',
      remedy: 'Give another user the role admin first.',
    });
  }

  return {
    revoke(email, { requestId }) {
      return change(email, { revoked: true, modified_by_request_id: requestId }, { requestId });
    },

    async changeRole(email, role, { requestId }) {
      checkRole(access, role);
      return change(email, { role, modified_by_request_id: requestId }, { requestId }, (user) => {
        if (user.revoked)
          throw new RunvoyError('CONFLICT', 'user is revoked', {
            field: 'email',
            remedy: 'Invite the user again, with the role that is wanted.',
          });
      });
    },
  };
}
