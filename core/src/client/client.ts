import type * as api from '../api/index.ts';
import { RunvoyError } from '../contract/errors.ts';
import { follow } from './follow.ts';
import type { Client, ClientOptions, TransportRequest, TransportResponse } from './types.ts';
import { wireError } from './wire-error.ts';

const base = '/api/v1';
/** Stream URLs kept from the answers to runs, so that following a run needs no further request. */
const maximumStreamUrls = 100;

type Query = Record<string, string | number | boolean | undefined>;

interface CallOptions {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A client for the API of one server, over any transport. */
export function createClient({ transport, apiKey, userAgent }: ClientOptions): Client {
  const commonHeaders: Record<string, string> = {
    accept: 'application/json',
    ...(apiKey !== undefined && { 'x-api-key': apiKey }),
    ...(userAgent !== undefined && { 'user-agent': userAgent }),
  };
  const streamUrls = new Map<string, string>();

  async function send(
    method: TransportRequest['method'],
    path: string,
    options: CallOptions,
  ): Promise<TransportResponse> {
    const response = await transport.request({
      method,
      path: base + path + queryText(options.query),
      headers: {
        ...commonHeaders,
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
    });
    if (response.status >= 400) throw wireError(response.status, response.body, response.headers);
    return response;
  }

  async function call<T>(method: TransportRequest['method'], path: string, options: CallOptions = {}): Promise<T> {
    return parse<T>(await send(method, path, options));
  }

  const client: Client = {
    health: () => call('GET', '/health'),
    whoami: () => call('GET', '/whoami'),
    claim: (token) => call('GET', `/claim/${encodeURIComponent(token)}`),

    async run(request, { idempotencyKey, signal } = {}) {
      const response = await call<api.RunResponse>('POST', '/run', {
        body: request,
        ...(idempotencyKey !== undefined && { headers: { 'idempotency-key': idempotencyKey } }),
        ...(signal && { signal }),
      });
      if (response.websocket_url !== undefined) {
        streamUrls.set(response.execution_id, response.websocket_url);
        if (streamUrls.size > maximumStreamUrls) streamUrls.delete(streamUrls.keys().next().value as string);
      }
      return response;
    },
    async listExecutions(query = {}) {
      const response = await send('GET', '/executions', { query });
      const cursor = response.headers['x-next-cursor'];
      return { executions: parse<api.Execution[]>(response), ...(cursor !== undefined && { cursor }) };
    },
    executionStatus: (executionId) => call('GET', `/executions/${encodeURIComponent(executionId)}/status`),
    async killExecution(executionId) {
      const response = await send('DELETE', `/executions/${encodeURIComponent(executionId)}`, {});
      return response.status === 204 ? undefined : parse<api.KillResponse>(response);
    },
    logs: (executionId, query = {}) => call('GET', `/executions/${encodeURIComponent(executionId)}/logs`, { query }),
    follow: (executionId, options) =>
      follow(
        {
          transport,
          logs: client.logs,
          executionStatus: client.executionStatus,
          takeStreamUrl(id) {
            const url = streamUrls.get(id);
            streamUrls.delete(id);
            return url;
          },
        },
        executionId,
        options,
      ),

    listUsers: async () => (await call<{ users: api.User[] }>('GET', '/users/')).users,
    createUser: (request) => call('POST', '/users/create', { body: request }),
    revokeUser: (email) => call('POST', '/users/revoke', { body: { email } }),
    rotateUser: (email) => call('POST', '/users/rotate', { body: { email } }),
    changeRole: (email, role) => call('POST', '/users/role', { body: { email, role } }),
    rotateOwnKey: () => call('POST', '/whoami/rotate'),

    listImages: async () => (await call<{ images: api.Image[] }>('GET', '/images')).images,
    registerImage: (request) => call('POST', '/images/register', { body: request }),
    getImage: (reference) => call('GET', `/images/${encodePath(reference)}`),
    removeImage: (imageId) => call('DELETE', `/images/${encodePath(imageId)}`),

    listSecrets: async (query = {}) => (await call<{ secrets: api.Secret[] }>('GET', '/secrets', { query })).secrets,
    createSecret: (request) => call('POST', '/secrets', { body: request }),
    getSecret: async (name) => (await call<{ secret: api.Secret }>('GET', `/secrets/${encodePath(name)}`)).secret,
    updateSecret: (name, request) => call('PUT', `/secrets/${encodePath(name)}`, { body: request }),
    removeSecret: (name) => call('DELETE', `/secrets/${encodePath(name)}`),

    reconcile: () => call('POST', '/health/reconcile'),
    trace: (requestId) => call('GET', `/trace/${encodeURIComponent(requestId)}`),
    close: () => transport.close(),
  };
  return client;
}

function parse<T>({ body, status }: TransportResponse): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    const start = body.trim().slice(0, 200);
    throw new RunvoyError('SERVICE_UNAVAILABLE', `the answer (status ${status}) is not JSON: ${start}`, {
      remedy: 'Check that the endpoint is that of a runvoy server.',
    });
  }
}

function queryText(query: Query = {}): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Image references and secret names may have slashes, which stay slashes in the path. */
function encodePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}
