import { computed, effect, signal } from '@preact/signals';
import type { Whoami } from '../../src/api/index.ts';
import { createBrowserTransport } from '../../src/client/browser-transport.ts';
import { createClient } from '../../src/client/client.ts';
import type { Client, Transport } from '../../src/client/types.ts';
import { store, stored } from './storage.ts';

/** What the page's author set; else the server that the page came from. */
export const defaultEndpoint =
  document.querySelector<HTMLMetaElement>('meta[name="runvoy-endpoint"]')?.content.trim() ?? '';

export const endpoint = signal(stored<string | undefined>('endpoint', undefined) ?? defaultEndpoint);
export const apiKey = signal(stored<string | undefined>('api_key', undefined));

/** The server refused the key: whatever is on screen stays there, with a way to sign in again. */
export const refused = signal(false);
/** Why the server cannot be reached, as long as it cannot. */
export const unreachable = signal<string | undefined>(undefined);
export const whoami = signal<Whoami | undefined>(undefined);

export const client = computed<Client>(() => createClientFor(endpoint.value, apiKey.value));

export function createClientFor(address: string, key: string | undefined): Client {
  return createClient({
    transport: observed(createBrowserTransport(address)),
    ...(key !== undefined && { apiKey: key }),
  });
}

export function signIn(key: string): void {
  store('api_key', key);
  refused.value = false;
  apiKey.value = key;
}

export function signOut(): void {
  store('api_key', undefined);
  apiKey.value = undefined;
  whoami.value = undefined;
  refused.value = false;
}

export function useEndpoint(address: string): void {
  const trimmed = address.trim().replace(/\/+$/, '');
  store('endpoint', trimmed === defaultEndpoint ? undefined : trimmed);
  endpoint.value = trimmed;
}

/** Another tab signed in or out. */
addEventListener('storage', ({ key }) => {
  if (key === 'runvoy_api_key') apiKey.value = stored<string | undefined>('api_key', undefined);
});

effect(() => {
  const current = client.value;
  if (apiKey.value === undefined) {
    whoami.value = undefined;
    return;
  }
  current.whoami().then(
    (answer) => {
      if (client.peek() === current) whoami.value = answer;
    },
    // The page that is shown says the same.
    () => undefined,
  );
});

function observed(transport: Transport): Transport {
  return {
    ...transport,
    async request(request) {
      try {
        const response = await transport.request(request);
        unreachable.value = undefined;
        if (request.headers['x-api-key'] !== undefined) refused.value = response.status === 401;
        return response;
      } catch (error) {
        if (!request.signal?.aborted) unreachable.value = (error as Error).message;
        throw error;
      }
    },
  };
}
