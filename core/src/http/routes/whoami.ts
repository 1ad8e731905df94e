import { createUserResponse, whoamiSchema } from '../../api/schemas.ts';
import { defineRoute, type Route } from '../route.ts';
import { invitation } from './users.ts';

export const whoamiRoutes: Route[] = [
  defineRoute({
    operation: 'whoami',
    tag: 'Users',
    summary: "The caller's own e-mail address and role",
    method: 'GET',
    path: '/whoami',
    access: 'user',
    responses: { 200: { description: 'Who the key belongs to', schema: whoamiSchema } },
    handle({ runvoy, context }) {
      const { email, role } = context.principal;
      return {
        status: 200,
        json: { email, role, provider: runvoy.provider.name.toUpperCase(), version: runvoy.version },
      };
    },
  }),
  defineRoute({
    operation: 'rotateOwnKey',
    tag: 'Users',
    summary: 'Give the caller a new key',
    description: 'The old key works until the new one is claimed.',
    method: 'POST',
    path: '/whoami/rotate',
    access: 'user',
    responses: { 201: { description: 'A new key waits to be claimed', schema: createUserResponse } },
    errors: ['CONFLICT'],
    failure: 'failed to rotate API key',
    async handle({ runvoy, context }) {
      return invitation(await runvoy.users.rotate(context.principal.email, context));
    },
  }),
];
