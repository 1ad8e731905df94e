import type { ClaimDocument, UserDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { RequestContext, Users } from '../services.ts';
import { generateToken, hashApiKey } from './api-keys.ts';
import { checkRole } from './check-role.ts';
import { claimMilliseconds, reservationOf, reserve } from './reservations.ts';
import { documentsOf, representative, stateOf, unknownUser } from './user-documents.ts';
import type { UsersDependencies } from './users.ts';

/** Keys that wait to be claimed: those of new users, and new ones of users. */
export function createInvitations(dependencies: UsersDependencies): Pick<Users, 'create' | 'rotate'> {
  const { store, access, now } = dependencies;

  /** The document expires by itself, so whatever fails later leaves nothing for good. */
  async function invite(
    user: Pick<UserDocument, 'user_email' | 'role' | 'created_at' | 'last_used' | 'replaces'>,
    apiKey: string,
    context: RequestContext,
  ): Promise<{ user: UserDocument; claimToken: string }> {
    const call = { requestId: context.requestId };
    const expires_at = now() + claimMilliseconds;
    const invited: UserDocument = {
      ...user,
      api_key_hash: hashApiKey(apiKey),
      revoked: false,
      expires_at,
      created_by_request_id: context.requestId,
      modified_by_request_id: context.requestId,
    };
    const claim: ClaimDocument = {
      secret_token: generateToken(),
      api_key: apiKey,
      user_email: user.user_email,
      created_by: context.principal.email,
      created_at: now(),
      expires_at,
      viewed: false,
    };
    await insertUser(invited, call);
    try {
      await store.insert('claims', claim, call);
    } catch (error) {
      await store.remove('users', invited.api_key_hash, call).catch(() => undefined);
      throw error;
    }
    return { user: invited, claimToken: claim.secret_token };
  }

  async function insertUser(user: UserDocument, call: CallOptions): Promise<void> {
    try {
      await store.insert('users', user, call);
    } catch (error) {
      if (!isRunvoyError(error, 'CONFLICT')) throw error;
      throw new RunvoyError('CONFLICT', 'this API key is in use', {
        field: 'api_key',
        remedy: 'Choose another key, or leave it out to have one made.',
      });
    }
  }

  return {
    async create({ email, role, apiKey = generateToken() }, context) {
      if (!email)
        throw new RunvoyError('INVALID_REQUEST', 'email is required', {
          field: 'email',
          remedy: 'Give the e-mail address of the user to invite.',
        });
      checkRole(access, role);
      const call = { requestId: context.requestId };
      const reservation = reservationOf(email);
      if (!(await reserve(dependencies, reservation, hashApiKey(apiKey), call))) throw userExists();
      try {
        const earlier = await documentsOf(store, email, call);
        if (earlier.some((document) => stateOf(document) !== 'revoked')) throw userExists();
        const invitation = await invite({ user_email: email, role, created_at: now() }, apiKey, context);
        // What is left of a revoked user; should this fail, lists show the newer document anyway.
        await Promise.allSettled(earlier.map((document) => store.remove('users', document.api_key_hash, call)));
        return invitation;
      } catch (error) {
        await store.remove('reservations', reservation, call).catch(() => undefined);
        throw error;
      }
    },

    async rotate(email, context) {
      const call = { requestId: context.requestId };
      const documents = await documentsOf(store, email, call);
      const current = representative(documents);
      if (!current) throw unknownUser();
      const state = stateOf(current);
      if (state === 'revoked')
        throw new RunvoyError('CONFLICT', 'user is revoked', {
          field: 'email',
          remedy: 'Invite the user again instead (create).',
        });
      if (state === 'invited')
        throw new RunvoyError('CONFLICT', 'user has not claimed the first API key yet', {
          field: 'email',
          remedy: 'Use the claim link that was sent, or revoke the user and invite again.',
        });
      const { role, created_at, last_used, api_key_hash } = current;
      const invitation = await invite(
        { user_email: email, role, created_at, replaces: api_key_hash, ...(last_used && { last_used }) },
        generateToken(),
        context,
      );
      // A new key that was never claimed is superseded. Were two made at the same time, only one could be claimed.
      const superseded = documents.filter((document) => document.replaces === api_key_hash);
      await Promise.allSettled(superseded.map((document) => store.remove('users', document.api_key_hash, call)));
      return invitation;
    },
  };
}

function userExists(): RunvoyError {
  return new RunvoyError('CONFLICT', 'user with this email already exists', {
    field: 'email',
    remedy: 'Give the user a new key (rotate) or another role (role), or revoke first to invite again.',
  });
}
