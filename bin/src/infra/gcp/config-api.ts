import { RunvoyError } from '@runvoy/core/provider';
import type { Progress } from '../driver.ts';
import { follow } from '../follow.ts';
import type { BlueprintSource } from './blueprint.ts';
import type { GoogleClient } from './google-client.ts';
import type { GoogleStatus } from './google-failure.ts';
import type { TerraformFailure } from './terraform-failure.ts';

/** Resources of Infrastructure Manager (config.googleapis.com, v1), as far as they are needed. */
export interface ConfigDeployment {
  name: string;
  state: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'FAILED' | 'SUSPENDED' | 'DELETED';
  stateDetail?: string;
  errorCode?: string;
  errorLogs?: string;
  latestRevision?: string;
  lockState?: 'LOCKED' | 'UNLOCKED' | 'LOCKING' | 'UNLOCKING' | 'LOCK_FAILED' | 'UNLOCK_FAILED';
  serviceAccount?: string;
  terraformBlueprint?: Partial<BlueprintSource> & { inputValues?: Record<string, { inputValue: unknown }> };
  tfErrors?: ConfigFailure[];
}

export interface ConfigFailure {
  resourceAddress?: string;
  httpResponseCode?: number;
  errorDescription?: string;
  error?: GoogleStatus;
}

export interface Operation {
  name: string;
  done?: boolean;
  error?: GoogleStatus;
  metadata?: { target?: string; deploymentMetadata?: { step?: string }; previewMetadata?: { step?: string } };
}

interface ConfigResource {
  name: string;
  terraformInfo?: { address?: string; type?: string };
  intent?: string;
  state?: 'PLANNED' | 'IN_PROGRESS' | 'RECONCILED' | 'FAILED';
}

export const configApi = 'https://config.googleapis.com/v1';

export function toTerraformFailures(failures: readonly ConfigFailure[] | undefined): TerraformFailure[] {
  return (failures ?? []).map(({ resourceAddress, httpResponseCode, errorDescription, error }) => ({
    ...(resourceAddress && { resource: resourceAddress }),
    ...(httpResponseCode && { httpStatus: httpResponseCode }),
    message: errorDescription ?? error?.message ?? 'no reason was given',
  }));
}

/** To the end of an operation, telling its steps, and each resource as it is made. Whether it succeeded, its subject tells. */
export async function followOperation(
  client: GoogleClient,
  operation: Operation,
  progress: Progress,
  deployment?: () => Promise<ConfigDeployment | undefined>,
): Promise<Operation> {
  const told = new Set<string>();
  const tell = (resource: string, what: string) => {
    if (told.has(`${resource} ${what}`)) return;
    told.add(`${resource} ${what}`);
    progress(resource, what);
  };
  return follow(operation.name, async () => {
    const now = await client.request<Operation>('GET', `${configApi}/${operation.name}`);
    const step = now.metadata?.deploymentMetadata?.step ?? now.metadata?.previewMetadata?.step;
    if (step !== undefined) tell('Terraform', step.replace('_TF_', '_'));
    const revision = (await deployment?.())?.latestRevision;
    if (revision !== undefined)
      for (const { terraformInfo, state } of await listResources(client, revision))
        if (state !== undefined && state !== 'PLANNED') tell(terraformInfo?.address ?? 'a resource', state);
    return now.done ? now : undefined;
  });
}

export async function listAll<T>(client: GoogleClient, url: string, field: string): Promise<T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const page = await client.request<Record<string, T[]> & { nextPageToken?: string }>(
      'GET',
      `${url}?pageSize=500${token === undefined ? '' : `&pageToken=${encodeURIComponent(token)}`}`,
    );
    found.push(...(page[field] ?? []));
    token = (page.nextPageToken as string | undefined) || undefined;
  } while (token !== undefined);
  return found;
}

async function listResources(client: GoogleClient, revision: string): Promise<ConfigResource[]> {
  // A revision has none before Terraform has looked at what there is.
  return listAll<ConfigResource>(client, `${configApi}/${revision}/resources`, 'resources').catch((error: unknown) => {
    if ((error as RunvoyError).code === 'NOT_FOUND') return [];
    throw error;
  });
}

/** An operation on this deployment that is not over, whoever began it. */
export async function operationUnderWay(
  client: GoogleClient,
  location: string,
  deployment: string,
): Promise<Operation | undefined> {
  const operations = await listAll<Operation>(client, `${configApi}/${location}/operations`, 'operations');
  return operations.find(({ done, metadata }) => !done && metadata?.target?.endsWith(`/deployments/${deployment}`));
}

/** The outputs of the last revision. */
export async function outputsOf(
  client: GoogleClient,
  { latestRevision }: ConfigDeployment,
): Promise<Record<string, unknown>> {
  if (latestRevision === undefined) return {};
  const revision = await client.request<{ applyResults?: { outputs?: Record<string, { value: unknown }> } }>(
    'GET',
    `${configApi}/${latestRevision}`,
  );
  return Object.fromEntries(
    Object.entries(revision.applyResults?.outputs ?? {}).map(([name, { value }]) => [name, value]),
  );
}

/** Who holds the lock, for people. */
export async function lockedBy(client: GoogleClient, name: string): Promise<RunvoyError> {
  const lock = await client
    .request<{ lockId?: string; who?: string; createTime?: string; operation?: string }>(
      'GET',
      `${configApi}/${name}:exportLock`,
    )
    .catch(() => ({}) as { lockId?: string; who?: string; createTime?: string });
  const holder = lock.who ? ` by ${lock.who}${lock.createTime ? ` since ${lock.createTime}` : ''}` : '';
  return new RunvoyError('CONFLICT', `the deployment is locked${holder}`, {
    remedy: `Let whoever locked it finish. If nobody does: gcloud infra-manager deployments unlock ${name}${lock.lockId ? ` --lock-id=${lock.lockId}` : ''}`,
  });
}
