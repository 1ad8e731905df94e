import { executionListQuery, executionListSchema, executionStatusSchema, killResponse } from '../../api/schemas.ts';
import type { ExecutionDocument } from '../../contract/collections.ts';
import { executionToJson, statusToJson } from '../json/execution.ts';
import { limitParameter, queryOf, textParameter, timeParameter } from '../query.ts';
import { defineRoute, type Route, type RouteResource } from '../route.ts';

export const execution: RouteResource<ExecutionDocument> = {
  load: ({ runvoy, context, parameter }) => runvoy.executions.get(parameter, context),
  owners: ({ owned_by }) => owned_by,
};

type Status = { execution: ExecutionDocument; detail?: string };

const defaultLimit = 10;

export const executionRoutes: Route[] = [
  defineRoute({
    operation: 'listExecutions',
    tag: 'Executions',
    summary: 'Executions, newest first',
    method: 'GET',
    path: '/executions',
    access: {},
    query: executionListQuery,
    responses: {
      200: {
        description: 'A bare array',
        schema: executionListSchema,
        headers: { 'X-Next-Cursor': 'Give it as `cursor` to get the next page; absent on the last one.' },
      },
    },
    failure: 'failed to list executions',
    async handle(call) {
      const query = queryOf(call);
      const limit = limitParameter(call, query, { minimum: 0 }) ?? defaultLimit;
      const statuses = query
        .get('status')
        ?.split(',')
        .map((status) => status.trim())
        .filter((status) => status !== '');
      const createdBy = textParameter(query, 'created_by');
      const image = textParameter(query, 'image');
      const since = timeParameter(query, 'since');
      const until = timeParameter(query, 'until');
      const after = textParameter(query, 'cursor');
      const { executions, cursor } = await call.runvoy.executions.list(
        {
          limit,
          ...(statuses?.length && { statuses }),
          ...(createdBy !== undefined && { createdBy }),
          ...(image !== undefined && { image }),
          ...(since !== undefined && { since }),
          ...(until !== undefined && { until }),
          ...(after !== undefined && { cursor: after }),
        },
        call.context,
      );
      return {
        status: 200,
        json: executions.map(executionToJson),
        ...(cursor !== undefined && { headers: { 'X-Next-Cursor': cursor } }),
      };
    },
  }),
  defineRoute<undefined, Status>({
    operation: 'getExecutionStatus',
    tag: 'Executions',
    summary: 'How an execution stands',
    method: 'GET',
    path: '/executions/:id/status',
    access: {
      resource: {
        load: ({ runvoy, context, parameter }) => runvoy.executions.status(parameter, context),
        owners: (status) => status.execution.owned_by,
      },
    },
    responses: { 200: { description: 'exit_code is null until it has ended', schema: executionStatusSchema } },
    errors: ['NOT_FOUND'],
    failure: (id) => `failed to get execution status for executionID ${id}`,
    handle: ({ resource }) => ({ status: 200, json: statusToJson(resource.execution, resource.detail) }),
  }),
  defineRoute<undefined, ExecutionDocument>({
    operation: 'killExecution',
    tag: 'Executions',
    summary: 'Stop an execution',
    method: 'DELETE',
    path: '/executions/:id',
    access: { resource: execution },
    responses: {
      200: { description: 'It is being stopped', schema: killResponse },
      204: { description: 'There was nothing left to stop' },
    },
    errors: ['NOT_FOUND'],
    failure: 'failed to kill execution',
    async handle({ runvoy, context, parameter }) {
      const stopped = await runvoy.executions.kill(parameter, context);
      if (!stopped) return { status: 204 };
      return {
        status: 200,
        json: { execution_id: stopped.execution_id, message: 'Execution termination initiated' },
      };
    },
  }),
];
