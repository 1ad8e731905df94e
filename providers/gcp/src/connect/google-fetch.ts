import type { GcpConfig } from '../config/config.ts';

export interface GoogleRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Sent as JSON. */
  body?: unknown;
}

/** One REST request to a Google API, or to the simulated cloud; for the few calls that no installed client makes. */
export async function googleFetch(
  { endpoint, pubsubEmulator }: Pick<GcpConfig, 'endpoint' | 'pubsubEmulator'>,
  api: string,
  path: string,
  { method = 'GET', body }: GoogleRequest = {},
): Promise<{ status: number; json: unknown }> {
  const local = api === 'pubsub' ? (pubsubEmulator ?? endpoint) : endpoint;
  const url = local === undefined ? `https://${api}.googleapis.com${path}` : `http://${local}${path}`;
  const headers = local === undefined ? await authorization(url) : new Headers();
  if (body !== undefined) headers.set('content-type', 'application/json');
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, json };
}

async function authorization(url: string): Promise<Headers> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  return auth.getRequestHeaders(url);
}
