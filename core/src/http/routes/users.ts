import {
  changeRoleRequest,
  createUserRequest,
  createUserResponse,
  emailRequest,
  revokeUserResponse,
  userListSchema,
  userSchema,
} from '../../api/schemas.ts';
import type { UserDocument } from '../../contract/collections.ts';
import { userToJson } from '../json/user.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

export const userRoutes: Route[] = [
  defineRoute({
    operation: 'listUsers',
    tag: 'Users',
    summary: 'All users, by e-mail address',
    method: 'GET',
    path: '/users',
    access: {},
    responses: { 200: { description: 'Revoked users are listed too', schema: userListSchema } },
    failure: 'failed to list users',
    async handle({ runvoy, context }) {
      return { status: 200, json: { users: (await runvoy.users.list(context)).map(userToJson) } };
    },
  }),
  defineRoute({
    operation: 'createUser',
    tag: 'Users',
    summary: 'Invite a user',
    description: 'The answer holds a claim token, which the user exchanges for a key within 15 minutes.',
    method: 'POST',
    path: '/users/create',
    access: {},
    body: createUserRequest,
    responses: { 201: { description: 'Invited', schema: createUserResponse } },
    errors: ['CONFLICT'],
    failure: 'failed to create user',
    async handle({ runvoy, context, body }) {
      const { email, role, api_key: apiKey } = body;
      return invitation(await runvoy.users.create({ email, role, ...(apiKey && { apiKey }) }, context));
    },
  }),
  defineRoute({
    operation: 'revokeUser',
    tag: 'Users',
    summary: "Revoke a user's key",
    method: 'POST',
    path: '/users/revoke',
    access: {},
    body: emailRequest,
    responses: { 200: { description: 'Revoked, now or before', schema: revokeUserResponse } },
    errors: ['NOT_FOUND'],
    failure: 'failed to revoke user',
    async handle({ runvoy, context, body }) {
      const user = await runvoy.users.revoke(body.email, context);
      return { status: 200, json: { message: 'user API key revoked successfully', email: user.user_email } };
    },
  }),
  defineRoute({
    operation: 'rotateUser',
    tag: 'Users',
    summary: 'Give a user a new key',
    description: 'The old key works until the new one is claimed.',
    method: 'POST',
    path: '/users/rotate',
    access: {},
    body: emailRequest,
    responses: { 201: { description: 'A new key waits to be claimed', schema: createUserResponse } },
    errors: ['NOT_FOUND', 'CONFLICT'],
    failure: 'failed to rotate API key',
    async handle({ runvoy, context, body }) {
      return invitation(await runvoy.users.rotate(body.email, context));
    },
  }),
  defineRoute({
    operation: 'changeRole',
    tag: 'Users',
    summary: 'Give a user another role',
    method: 'POST',
    path: '/users/role',
    access: {},
    body: changeRoleRequest,
    responses: { 200: { description: 'The user with the new role, which counts at once', schema: userSchema } },
    errors: ['NOT_FOUND'],
    failure: 'failed to change role',
    async handle({ runvoy, context, body }) {
      return { status: 200, json: userToJson(await runvoy.users.changeRole(body.email, body.role, context)) };
    },
  }),
];

export function invitation({ user, claimToken }: { user: UserDocument; claimToken: string }): Reply {
  return { status: 201, json: { user: userToJson(user), claim_token: claimToken } };
}
