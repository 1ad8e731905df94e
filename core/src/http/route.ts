import type { z } from 'zod';
import type { ErrorCode } from '../contract/errors.ts';
import type { Action } from '../services.ts';
import type { Call } from './call.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a handler answers; the pipeline adds the headers that every response has. */
export interface Reply {
  status: number;
  /** Serialised as JSON. Absent: no body. */
  json?: unknown;
  /** Instead of `json`, for what is too long to be built in memory: JSON as it is made. */
  stream?: ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

/** The thing that a path names, for access that depends on who owns it. */
export interface RouteResource<Resource> {
  load(call: Call): Promise<Resource>;
  owners(resource: Resource): readonly string[];
  /** The object that the policy is asked about; the request's path when absent. */
  object?(resource: Resource): string;
}

export interface RouteAccess<Resource> {
  /** By default the one that the method stands for. */
  action?: Action;
  resource?: RouteResource<Resource>;
}

/** One operation of the API. Routing, validation, access control and the OpenAPI document all read this. */
export interface Route<Body = unknown, Resource = unknown> {
  operation: string;
  tag: string;
  summary: string;
  description?: string;
  method: Method;
  /** Below `/api/v1`, in Hono's style, with at most one parameter. */
  path: string;
  /** `public`: no key needed; `user`: any valid key; otherwise what the policy says. */
  access: 'public' | 'user' | RouteAccess<Resource>;
  body?: z.ZodType<Body>;
  /** Documents the query; handlers read it with the functions of `query.ts`. */
  query?: z.ZodObject;
  /** Request headers with their description, besides the API key. */
  headers?: Record<string, string>;
  /** `schema: undefined`: an answer without a body. */
  responses: Record<number, { description: string; schema?: z.ZodType; headers?: Record<string, string> }>;
  /** Failures of its own, besides those of every route. */
  errors?: readonly ErrorCode[];
  /** The `error` of a failure, as upstream words it; absent: the message itself. */
  failure?: string | ((parameter: string) => string);
  handle(call: Call<Body, Resource>): Promise<Reply> | Reply;
}

/** Lets the types of body and resource be inferred, and forgets them: the table is read by code that serves any route. */
export function defineRoute<Body = undefined, Resource = undefined>(route: Route<Body, Resource>): Route {
  return route as unknown as Route;
}

export const basePath = '/api/v1';

/** The parameter of a path: its name, and perhaps what it may be. */
export const parameterPattern = /:([a-z_]+)(\{[^}]*\})?/;

const actions = { GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' } as const satisfies Record<
  Method,
  Action
>;

export function actionOf(route: Route): Action {
  return (typeof route.access === 'object' && route.access.action) || actions[route.method];
}
