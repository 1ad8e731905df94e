import type { Logger } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import type { Access, RequestContext, Users } from '../services.ts';
import { allDocuments } from '../store/all-documents.ts';
import { createAuthentication } from './authentication.ts';
import { createBootstrap } from './bootstrap.ts';
import { createClaims } from './claims.ts';
import { createInvitations } from './invitations.ts';
import { createMemberships } from './memberships.ts';
import { documentsOf, mergeByEmail, stateOf } from './user-documents.ts';

export interface UsersDependencies {
  store: Store;
  access: Access;
  log: Logger;
  now(): number;
}

/**
 * Users and their API keys. Every key is a document of its own, found by its hash; a user is all the documents with one e-mail
 * address, more than one only while a new key waits to be claimed.
 */
export function createUsers(dependencies: UsersDependencies): Users {
  const { store } = dependencies;
  return {
    ...createAuthentication(dependencies),
    ...createInvitations(dependencies),
    ...createClaims(dependencies),
    ...createMemberships(dependencies),
    ...createBootstrap(dependencies),
    async list(context: RequestContext) {
      return mergeByEmail(await allDocuments(store, 'users', { index: 'all' }, context));
    },
    async isRevoked(email, call) {
      const documents = await documentsOf(store, email, call);
      const states = new Set(documents.map(stateOf));
      return states.has('revoked') && !states.has('active');
    },
  };
}
