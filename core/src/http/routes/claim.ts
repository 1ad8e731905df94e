import { claimSchema } from '../../api/schemas.ts';
import { RunvoyError } from '../../contract/errors.ts';
import { defineRoute, type Route } from '../route.ts';

export const claimRoutes: Route[] = [
  defineRoute({
    operation: 'claim',
    tag: 'Users',
    summary: 'Exchange a claim token for the API key it stands for, once',
    method: 'GET',
    path: '/claim/:token',
    access: 'public',
    responses: { 200: { description: 'The key; it is not shown again', schema: claimSchema } },
    errors: ['NOT_FOUND', 'CONFLICT'],
    failure: 'failed to claim API key',
    async handle(call) {
      const { runvoy, context, parameter: token } = call;
      if (token.trim() === '') {
        call.phrase = 'invalid token';
        throw new RunvoyError('INVALID_REQUEST', 'token is required', { field: 'token' });
      }
      const { apiKey, email } = await runvoy.users.claim(token, context.clientAddress, context.requestId);
      return {
        status: 200,
        json: { api_key: apiKey, user_email: email, message: 'API key claimed successfully' },
      };
    },
  }),
];
