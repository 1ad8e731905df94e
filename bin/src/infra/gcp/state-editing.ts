import { RunvoyError } from '@runvoy/core/provider';
import { configApi, followOperation, type Operation } from './config-api.ts';
import { isForgotten } from './data-resources.ts';
import type { GoogleClient } from './google-client.ts';

interface TerraformState {
  serial: number;
  resources: {
    module?: string;
    mode: string;
    type: string;
    name: string;
    instances: { attributes?: Record<string, unknown> }[];
  }[];
}

/**
 * Lets Terraform forget what is to stay, in the state that Infrastructure Manager keeps: locked, fetched, put back, unlocked. Returns what was
 * forgotten, as Google calls it.
 */
export async function forgetData(client: GoogleClient, deployment: string, deleteData: boolean): Promise<string[]> {
  const locking = await client.request<Operation>('POST', `${configApi}/${deployment}:lock`, {});
  await followOperation(client, locking, () => {});
  const { lockId } = await client.request<{ lockId: string }>('GET', `${configApi}/${deployment}:exportLock`);
  try {
    const exported = await exportState(client, deployment);
    if (exported === undefined) return [];
    const state = (await (await mustFetch(exported.signedUri)).json()) as TerraformState;
    const { kept, rest } = splitState(state, deleteData);
    if (kept.length > 0) {
      const target = await client.request<{ signedUri: string }>('POST', `${configApi}/${deployment}:importState`, {
        lockId,
      });
      // Bytes, because a text would be sent with a type that the address is not signed for. It counts from the unlocking on.
      await mustFetch(target.signedUri, { method: 'PUT', body: Buffer.from(JSON.stringify(rest)) });
    }
    return kept;
  } finally {
    const unlocking = await client.request<Operation>('POST', `${configApi}/${deployment}:unlock`, { lockId });
    await followOperation(client, unlocking, () => {});
  }
}

/** `undefined`: nothing was ever made, so that there is no state. */
function exportState(client: GoogleClient, deployment: string): Promise<{ signedUri: string } | undefined> {
  return client
    .request<{ signedUri: string }>('POST', `${configApi}/${deployment}:exportState`, { draft: false })
    .catch((error: unknown) => {
      if ((error as RunvoyError).code === 'NOT_FOUND') return undefined;
      throw error;
    });
}

function splitState(state: TerraformState, deleteData: boolean): { kept: string[]; rest: TerraformState } {
  const stays = state.resources.filter(({ mode, type }) => mode === 'managed' && isForgotten(type, deleteData));
  return {
    kept: stays
      .filter(({ type }) => !/_(index|field)$/.test(type))
      .flatMap(({ type, instances }) =>
        instances.map(({ attributes }) => `${type} ${String(attributes?.id ?? attributes?.name ?? '')}`),
      ),
    rest: { ...state, serial: state.serial + 1, resources: state.resources.filter((each) => !stays.includes(each)) },
  };
}

async function mustFetch(url: string, options?: RequestInit): Promise<Response> {
  const response = await fetch(url, options).catch((error: unknown) => error as Error);
  if (response instanceof Response && response.ok) return response;
  const problem = response instanceof Response ? `HTTP status ${response.status}` : String(response.cause ?? response);
  throw new RunvoyError('SERVICE_UNAVAILABLE', `the state of Terraform cannot be exchanged: ${problem}`, {
    remedy: 'Nothing was destroyed. Try again.',
  });
}
