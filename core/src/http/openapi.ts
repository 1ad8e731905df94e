import { z } from 'zod';
import { errorSchema } from '../api/schemas.ts';
import { type ErrorCode, errorCodes } from '../contract/errors.ts';
import { basePath, defineRoute, parameterPattern, type Route } from './route.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of a table of routes. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = openApiPath(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'runvoy',
      version,
      description: 'Runs commands in containers of your own cloud account.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } },
    },
  };
}

/** Serves the document of all other routes and itself. It is made when it is first asked for. */
export function openApiRoute(others: readonly Route[]): Route {
  let document: Json | undefined;
  const route = defineRoute({
    operation: 'getOpenApi',
    tag: 'Service',
    summary: 'This description',
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    handle({ runvoy }) {
      document ??= openApiDocument([...others, route], runvoy.version);
      return { status: 200, json: document };
    },
  });
  return route;
}

function operationOf(route: Route, components: Json): Json {
  const schema = (type: z.ZodType): Json => schemaOf(type, components);
  const parameters = [...pathParameters(route), ...queryParameters(route, schema), ...headerParameters(route)];
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schema(route.body) } } },
    }),
    responses: { ...successes(route, schema), ...failures(route, schema) },
    security: route.access === 'public' ? [] : [{ apiKey: [] }],
  };
}

function successes(route: Route, schema: (type: z.ZodType) => Json): Json {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, response]) => [
      status,
      {
        description: response.description,
        headers: {
          'X-Request-Id': { schema: { type: 'string' } },
          ...Object.fromEntries(
            Object.entries(response.headers ?? {}).map(([name, description]) => [
              name,
              { description, schema: { type: 'string' } },
            ]),
          ),
        },
        ...(response.schema && { content: { 'application/json': { schema: schema(response.schema) } } }),
      },
    ]),
  );
}

/** What every route of a kind may answer, and its own. */
function failures(route: Route, schema: (type: z.ZodType) => Json): Json {
  const codes = new Set<ErrorCode>(['RATE_LIMITED', 'INTERNAL_ERROR', 'DATABASE_ERROR', 'SERVICE_UNAVAILABLE']);
  if (route.access !== 'public')
    for (const code of ['UNAUTHORIZED', 'INVALID_API_KEY', 'API_KEY_REVOKED'] as const) codes.add(code);
  if (typeof route.access === 'object') codes.add('FORBIDDEN');
  if (route.body) codes.add('PAYLOAD_TOO_LARGE');
  if (route.body || route.query || route.path.includes(':')) codes.add('INVALID_REQUEST');
  for (const code of route.errors ?? []) codes.add(code);

  const byStatus = Map.groupBy(codes, (code) => errorCodes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      { description: names.join(', '), content: { 'application/json': { schema: schema(errorSchema) } } },
    ]),
  );
}

function openApiPath(route: Route): string {
  return basePath + route.path.replace(parameterPattern, '{$1}');
}

function pathParameters(route: Route): Json[] {
  const name = parameterPattern.exec(route.path)?.[1];
  return name ? [{ name, in: 'path', required: true, schema: { type: 'string' } }] : [];
}

function queryParameters(route: Route, schema: (type: z.ZodType) => Json): Json[] {
  return Object.entries(route.query?.shape ?? {}).map(([name, type]) => {
    const { description, ...rest } = schema(type as z.ZodType);
    return { name, in: 'query', ...(description !== undefined && { description }), schema: rest };
  });
}

function headerParameters(route: Route): Json[] {
  return Object.entries(route.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
}

/** The JSON schema of a type; those with an id become components and are referred to. */
function schemaOf(type: z.ZodType, components: Json): Json {
  const { $schema: _, $defs: definitions, ...schema } = z.toJSONSchema(type, { io: 'input' }) as Json;
  for (const [name, definition] of Object.entries((definitions ?? {}) as Json)) components[name] ??= refer(definition);
  return refer(schema) as Json;
}

function refer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(refer);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, content]) => [
      key,
      key === '$ref' && typeof content === 'string'
        ? content.replace('#/$defs/', '#/components/schemas/')
        : refer(content),
    ]),
  );
}
