import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { status } from '@grpc/grpc-js';
import type { Cloud } from '../cloud/cloud.ts';
import { invalidArgument, notFound } from '../cloud/cloud-error.ts';
import type { Tokens } from '../iam/tokens.ts';
import { dispatch } from './dispatch.ts';
import { statusOf, type WireParts } from './grpc-server.ts';
import { type HttpRule, httpRulesOf, jsonRulesOf } from './http-rules.ts';
import { fromJson, toJson } from './json.ts';
import type { JsonService, Service } from './service.ts';

const largestBody = 10 * 2 ** 20;

/**
 * The same services by HTTP and JSON, as their protos map them, those that have no other way, and the keys that identity tokens
 * are signed with. It listens nowhere itself.
 */
export function createRestServer(
  parts: WireParts,
  services: readonly Service[],
  jsonServices: readonly JsonService[],
  tokens: Tokens,
): Server {
  const rules = [...services.flatMap(httpRulesOf), ...jsonServices.flatMap(jsonRulesOf)];
  return createServer((request, response) => {
    const keys = keysAt(request.url, tokens);
    if (keys) {
      // Clients ask again for every token where nobody tells them how long the keys are good for.
      response.setHeader('cache-control', 'public, max-age=20000, must-revalidate, no-transform');
      send(response, 200, keys);
      return;
    }
    answer(parts, rules, request).then(
      (body) => send(response, 200, body),
      (error: unknown) => sendError(parts.cloud, response, error),
    );
  });
}

/** As www.googleapis.com has them. */
function keysAt(url: string | undefined, tokens: Tokens): object | undefined {
  if (url === '/oauth2/v3/certs') return tokens.keySet();
  return url === '/oauth2/v1/certs' ? tokens.certificates() : undefined;
}

async function answer(
  { cloud, projects, callers }: WireParts,
  rules: readonly HttpRule[],
  incoming: IncomingMessage,
): Promise<object> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const path = decodeURIComponent(url.pathname);
  for (const rule of rules) {
    const match = rule.verb === incoming.method ? rule.pattern.exec(path) : null;
    if (!match) continue;
    const json = await requestJson(rule, match, url.searchParams, incoming);
    const request = rule.types ? fromJson(rule.types.request, json) : json;
    const caller = callers.of(incoming.headers.authorization, incoming.headers.host);
    const response = await dispatch(cloud, projects, { name: rule.name, method: rule.method, request, caller });
    return rule.types ? toJson(rule.types.response, response) : response;
  }
  throw notFound(`The requested URL ${url.pathname} was not found on this server.`);
}

/** The request, from the path, the body and the query, in this order of precedence. */
async function requestJson(
  { fields, body: bodyField, types }: HttpRule,
  match: RegExpExecArray,
  query: URLSearchParams,
  incoming: IncomingMessage,
): Promise<object> {
  const request: Record<string, unknown> = {};
  for (const [key, value] of query) {
    if (key.startsWith('$') || key === 'alt' || key === 'prettyPrint') continue;
    const isBoolean = types?.request.fields[camelCase(key)]?.type === 'bool';
    // Python's clients write True.
    put(request, key, isBoolean ? value.toLowerCase() === 'true' : value);
  }
  const body = bodyField === undefined ? {} : await bodyOf(incoming);
  if (bodyField === '*') Object.assign(request, body);
  else if (bodyField !== undefined) request[camelCase(bodyField)] = body;
  for (const [at, field] of fields.entries()) put(request, field, match[at + 1]!);
  return request;
}

/** Repeated parameters are lists, dotted ones members. */
function put(target: Record<string, unknown>, path: string, value: string | boolean): void {
  const keys = path.split('.').map(camelCase);
  const last = keys.pop()!;
  let owner = target;
  for (const key of keys) {
    owner[key] ??= {};
    owner = owner[key] as Record<string, unknown>;
  }
  const before = owner[last];
  owner[last] = typeof before === 'string' && before !== value ? [before, value] : value;
}

async function bodyOf(incoming: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBody) throw invalidArgument('Request payload size exceeds the limit: 10485760 bytes.');
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw invalidArgument(`Invalid JSON payload received. ${(error as Error).message}`);
  }
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());

const httpStatus: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.FAILED_PRECONDITION]: 400,
  [status.UNAUTHENTICATED]: 401,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.ABORTED]: 409,
  [status.ALREADY_EXISTS]: 409,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.UNIMPLEMENTED]: 501,
  [status.UNAVAILABLE]: 503,
  [status.DEADLINE_EXCEEDED]: 504,
};

function sendError(cloud: Cloud, response: ServerResponse, error: unknown): void {
  const { code, details } = statusOf(cloud, error);
  const http = httpStatus[code] ?? 500;
  send(response, http, { error: { code: http, message: details, status: status[code] } });
}

function send(response: ServerResponse, code: number, body: object): void {
  response
    .writeHead(code, { 'content-type': 'application/json; charset=UTF-8' })
    .end(JSON.stringify(body, undefined, 2));
}
