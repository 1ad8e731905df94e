import {
  createSecretRequest,
  messageSchema,
  removeSecretResponse,
  secretListQuery,
  secretListSchema,
  secretResponse,
  updateSecretRequest,
} from '../../api/schemas.ts';
import type { SecretDocument } from '../../contract/collections.ts';
import { secretToJson } from '../json/secret.ts';
import { queryOf } from '../query.ts';
import { defineRoute, type Route, type RouteResource } from '../route.ts';

const secret: RouteResource<SecretDocument> = {
  load: ({ runvoy, context, parameter }) => runvoy.secrets.find(parameter, context),
  owners: ({ owned_by }) => owned_by,
};

/** Upstream puts the message itself into `error` on these routes, so none has a `failure`. */
export const secretRoutes: Route[] = [
  defineRoute({
    operation: 'listSecrets',
    tag: 'Secrets',
    summary: 'All secrets with their values, by name',
    method: 'GET',
    path: '/secrets',
    access: {},
    query: secretListQuery,
    responses: { 200: { description: 'A value that cannot be read is absent', schema: secretListSchema } },
    async handle(call) {
      const values = queryOf(call).get('values') !== 'false';
      const secrets = await call.runvoy.secrets.list(call.context, { values });
      return { status: 200, json: { secrets: secrets.map(secretToJson), total: secrets.length } };
    },
  }),
  defineRoute({
    operation: 'createSecret',
    tag: 'Secrets',
    summary: 'Store a secret; one of that name is left as it is',
    method: 'POST',
    path: '/secrets',
    access: {},
    body: createSecretRequest,
    responses: { 201: { description: 'Stored', schema: messageSchema } },
    errors: ['SECRET_ALREADY_EXISTS'],
    async handle({ runvoy, context, body }) {
      const { name, key_name: keyName, value, description } = body;
      await runvoy.secrets.create({ name, keyName, value, ...(description && { description }) }, context);
      return { status: 201, json: { message: 'Secret created successfully' } };
    },
  }),
  defineRoute<undefined, SecretDocument>({
    operation: 'getSecret',
    tag: 'Secrets',
    summary: 'One secret with its value',
    method: 'GET',
    path: '/secrets/:name{.+}',
    access: { resource: secret },
    responses: { 200: { description: 'The secret', schema: secretResponse } },
    errors: ['SECRET_NOT_FOUND'],
    async handle({ runvoy, context, parameter }) {
      return { status: 200, json: { secret: secretToJson(await runvoy.secrets.get(parameter, context)) } };
    },
  }),
  defineRoute<{ key_name?: string; value?: string; description?: string }, SecretDocument>({
    operation: 'updateSecret',
    tag: 'Secrets',
    summary: 'Change a secret; absent and empty fields stay as they are',
    method: 'PUT',
    path: '/secrets/:name{.+}',
    access: { resource: secret },
    body: updateSecretRequest,
    responses: { 200: { description: 'Changed', schema: messageSchema } },
    errors: ['SECRET_NOT_FOUND'],
    async handle({ runvoy, context, parameter, body }) {
      const { key_name: keyName, value, description } = body;
      await runvoy.secrets.update(
        parameter,
        { ...(keyName && { keyName }), ...(value && { value }), ...(description && { description }) },
        context,
      );
      return { status: 200, json: { message: 'Secret updated successfully' } };
    },
  }),
  defineRoute<undefined, SecretDocument>({
    operation: 'removeSecret',
    tag: 'Secrets',
    summary: 'Delete a secret and its value',
    method: 'DELETE',
    path: '/secrets/:name{.+}',
    access: { resource: secret },
    responses: { 200: { description: 'Deleted', schema: removeSecretResponse } },
    errors: ['SECRET_NOT_FOUND'],
    async handle({ runvoy, context, parameter }) {
      await runvoy.secrets.remove(parameter, context);
      return { status: 200, json: { name: parameter, message: 'Secret deleted successfully' } };
    },
  }),
];
