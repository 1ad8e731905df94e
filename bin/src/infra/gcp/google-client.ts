import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../config/home.ts';
import { type GoogleStatus, googleFailure, networkFailure, noCredentials } from './google-failure.ts';

export interface GoogleClient {
  /** `url` is a whole URL of one of Google's APIs; `body` is sent as JSON, bytes as they are. */
  request<T>(method: string, url: string, body?: object | Uint8Array, headers?: Record<string, string>): Promise<T>;
  /** `undefined` where there is no such thing. */
  find<T>(url: string): Promise<T | undefined>;
}

const attempts = 5;
const scope = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Requests with the credentials that Google's tools would find (`gcloud auth application-default login`, a metadata server, a key file). With
 * `RUNVOY_GCP_ENDPOINT=host:port`, as for the server, everything goes to a simulated cloud, without any.
 */
export function createGoogleClient(env: Environment, project: string): GoogleClient {
  let authorize: (() => Promise<Record<string, string>>) | undefined;

  async function authorization(): Promise<Record<string, string>> {
    if (env.RUNVOY_GCP_ENDPOINT) return {};
    authorize ??= await createAuthorization(project);
    return authorize();
  }

  async function send(
    method: string,
    url: string,
    body?: object | Uint8Array,
    extra: Record<string, string> = {},
    retries = attempts,
  ): Promise<unknown> {
    const target = env.RUNVOY_GCP_ENDPOINT ? url.replace(/^https:\/\/[^/]+/, `http://${env.RUNVOY_GCP_ENDPOINT}`) : url;
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(target, {
      method,
      headers: {
        ...(await authorization()),
        ...(body && !isBytes && { 'content-type': 'application/json' }),
        ...extra,
      },
      ...(body && { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw networkFailure(target, error);
    });
    const text = await response.text();
    if (response.ok) return text === '' ? {} : parse(text);
    const { error } = (parse(text) ?? {}) as { error?: GoogleStatus };
    const failure = googleFailure(response.status, error ?? { message: text.slice(0, 300) });
    const mayRetry = failure.code === 'THROTTLED' || (response.status >= 500 && method === 'GET');
    if (!mayRetry || retries <= 1) throw failure;
    await pause(250 * 2 ** (attempts - retries) * (0.5 + Math.random()));
    return send(method, url, body, extra, retries - 1);
  }

  return {
    request: <T>(method: string, url: string, body?: object | Uint8Array, headers?: Record<string, string>) =>
      send(method, url, body, headers) as Promise<T>,
    async find<T>(url: string) {
      try {
        return (await send('GET', url)) as T;
      } catch (error) {
        if ((error as { code?: string }).code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
  };
}

/**
 * Calls of a person count against the project that they are about: without that, against one of gcloud's own, in which no API is switched on.
 * A service account has a project, and may lack the right to use another.
 */
async function createAuthorization(project: string): Promise<() => Promise<Record<string, string>>> {
  const { GoogleAuth, UserRefreshClient } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: [scope] });
  return async () => {
    try {
      const client = await auth.getClient();
      const headers = Object.fromEntries(await client.getRequestHeaders());
      return { ...headers, ...(client instanceof UserRefreshClient && { 'x-goog-user-project': project }) };
    } catch (error) {
      throw noCredentials(error);
    }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
