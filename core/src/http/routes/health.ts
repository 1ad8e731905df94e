import { healthSchema, reconcileResponse } from '../../api/schemas.ts';
import { defineRoute, type Route } from '../route.ts';

export const healthRoutes: Route[] = [
  defineRoute({
    operation: 'getHealth',
    tag: 'Service',
    summary: 'Whether the server answers, which version it is, and on which cloud',
    method: 'GET',
    path: '/health',
    access: 'public',
    responses: { 200: { description: 'The server answers', schema: healthSchema } },
    handle({ runvoy }) {
      const { name, region } = runvoy.provider;
      return {
        status: 200,
        json: { status: 'ok', version: runvoy.version, provider: name.toUpperCase(), ...(region && { region }) },
      };
    },
  }),
  defineRoute({
    operation: 'reconcile',
    tag: 'Service',
    summary: 'Compare the records with the cloud, and repair what can be repaired',
    method: 'POST',
    path: '/health/reconcile',
    access: {},
    responses: { 200: { description: 'What was found and done', schema: reconcileResponse } },
    failure: 'failed to reconcile resources',
    async handle({ runvoy, context }) {
      return { status: 200, json: { status: 'ok', report: await runvoy.health.reconcile(context.requestId) } };
    },
  }),
];
