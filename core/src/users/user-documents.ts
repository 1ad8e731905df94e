import type { UserDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import { allDocuments } from '../store/all-documents.ts';
import { reservationOf } from './reservations.ts';

/** `invited`: the key was not claimed yet, whether it is the user's first or a new one. */
export type UserState = 'active' | 'invited' | 'revoked';

export function stateOf(user: UserDocument): UserState {
  if (user.revoked) return 'revoked';
  return user.expires_at === undefined ? 'active' : 'invited';
}

const precedence: Record<UserState, number> = { active: 2, invited: 1, revoked: 0 };

/** A user has a document for each key. The one that says most about the user: active before invited before revoked, then newest. */
export function representative(documents: readonly UserDocument[]): UserDocument | undefined {
  const [first, ...others] = [...documents].sort(
    (a, b) => precedence[stateOf(b)] - precedence[stateOf(a)] || b.created_at - a.created_at,
  );
  if (!first) return undefined;
  const lastUsed = Math.max(...[first, ...others].map((document) => document.last_used ?? 0));
  return lastUsed > 0 ? { ...first, last_used: lastUsed } : first;
}

/** One user for each e-mail address, in the order of addresses. */
export function mergeByEmail(documents: readonly UserDocument[]): UserDocument[] {
  const byEmail = Map.groupBy(documents, (document) => document.user_email);
  return [...byEmail.values()]
    .map((group) => representative(group)!)
    .sort((a, b) => (a.user_email < b.user_email ? -1 : 1));
}

/** All documents of a user: those of the index, and the latest invitation, which the index may not show yet. */
export async function documentsOf(store: Store, email: string, call: CallOptions): Promise<UserDocument[]> {
  const [documents, reservation] = await Promise.all([
    allDocuments(store, 'users', { index: 'email', match: { user_email: email } }, call),
    store.get('reservations', reservationOf(email), call),
  ]);
  if (!reservation || documents.some((document) => document.api_key_hash === reservation.holder)) return documents;
  const latest = await store.get('users', reservation.holder, call);
  // The holder is somebody else's key if it was chosen, and refused.
  return latest?.user_email === email ? [latest, ...documents] : documents;
}

export function unknownUser(): RunvoyError {
  return new RunvoyError('NOT_FOUND', 'user not found', {
    field: 'email',
    remedy: 'Check the address, or list the users that there are with GET /api/v1/users.',
  });
}
