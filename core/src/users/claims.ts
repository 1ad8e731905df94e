import type { ClaimDocument, UserDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Users } from '../services.ts';
import { hashApiKey } from './api-keys.ts';
import type { UsersDependencies } from './users.ts';

/**
 * Claiming. The user is activated before the key is handed out and wiped: whoever is cut off between the two can repeat the
 * claim, and a key that was handed out works.
 */
export function createClaims({ store, now }: UsersDependencies): Pick<Users, 'claim'> {
  /**
   * Retires the key that `user` replaces, which only one of several new keys can do, and returns its document. It works until it
   * is removed, or the time to claim is over.
   */
  async function retire(user: UserDocument, replaces: string, call: CallOptions): Promise<UserDocument | undefined> {
    const set = { replaced_by: user.api_key_hash, expires_at: user.expires_at };
    const when = { replaced_by: null, expires_at: null, revoked: false };
    const retired = await store.update('users', replaces, { set, when }, call);
    if (retired) return retired;
    const current = await store.get('users', replaces, call);
    return current?.replaced_by === user.api_key_hash && !current.revoked ? current : undefined;
  }

  async function activate(user: UserDocument, call: CallOptions): Promise<void> {
    if (user.expires_at === undefined) return;
    const retired = user.replaces === undefined ? undefined : await retire(user, user.replaces, call);
    if (user.replaces !== undefined && !retired) throw unknownToken();
    const activated = await store.update(
      'users',
      user.api_key_hash,
      {
        // The role may have changed since the new key was made.
        set: { modified_by_request_id: call.requestId, ...(retired && { role: retired.role }) },
        unset: ['expires_at'],
        when: { revoked: false },
      },
      call,
    );
    if (!activated) throw unknownToken();
  }

  async function findUser(claim: ClaimDocument, call: CallOptions): Promise<UserDocument> {
    const user = claim.api_key === undefined ? undefined : await store.get('users', hashApiKey(claim.api_key), call);
    if (!user || user.revoked) throw unknownToken();
    return user;
  }

  return {
    async claim(token, clientAddress, requestId) {
      if (!token.trim())
        throw new RunvoyError('INVALID_REQUEST', 'token is required', {
          field: 'token',
          remedy: 'Give the token of the invitation.',
        });
      const call = { requestId };
      const claim = await store.get('claims', token, call);
      if (!claim) throw unknownToken();
      if (claim.viewed) throw alreadyClaimed();
      const user = await findUser(claim, call);
      await activate(user, call);
      const handedOut = await store.update(
        'claims',
        token,
        {
          set: {
            viewed: true,
            viewed_at: now(),
            ...(clientAddress !== undefined && { viewed_from_ip: clientAddress }),
          },
          unset: ['api_key'],
          when: { viewed: false },
        },
        call,
      );
      if (!handedOut) throw alreadyClaimed();
      // Should this fail, the old key expires by itself when the time to claim is over.
      if (user.replaces !== undefined) await store.remove('users', user.replaces, call).catch(() => undefined);
      return { apiKey: claim.api_key!, email: claim.user_email };
    },
  };
}

function unknownToken(): RunvoyError {
  return new RunvoyError('NOT_FOUND', 'invalid or expired token', {
    field: 'token',
    remedy: 'Ask an administrator for a new invitation; it can be claimed for 15 minutes.',
  });
}

function alreadyClaimed(): RunvoyError {
  return new RunvoyError('CONFLICT', 'key has already been claimed', {
    field: 'token',
    remedy: 'If it was not you, ask an administrator to revoke the key and invite you again.',
  });
}
