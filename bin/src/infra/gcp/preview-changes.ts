import { randomBytes } from 'node:crypto';
import type { Change, Progress } from '../driver.ts';
import {
  type ConfigFailure,
  configApi,
  followOperation,
  listAll,
  type Operation,
  toTerraformFailures,
} from './config-api.ts';
import { holdsData } from './data-resources.ts';
import { explainCode } from './deployment-failure.ts';
import type { GoogleClient } from './google-client.ts';
import { terraformFailure } from './terraform-failure.ts';

interface Preview {
  state: 'CREATING' | 'SUCCEEDED' | 'APPLYING' | 'STALE' | 'DELETING' | 'FAILED' | 'DELETED';
  errorCode?: string;
  errorLogs?: string;
  tfErrors?: ConfigFailure[];
  errorStatus?: { message?: string };
}

interface ResourceChange {
  terraformInfo?: { address?: string; type?: string };
  intent?: 'CREATE' | 'UPDATE' | 'DELETE' | 'RECREATE' | 'UNCHANGED';
}

const actions = { CREATE: 'create', UPDATE: 'update', DELETE: 'delete', RECREATE: 'replace' } as const;

/** What Terraform would do, by a preview that is made for this and removed again. `begin` is given its id. */
export async function previewChanges(
  client: GoogleClient,
  title: string,
  location: string,
  progress: Progress,
  begin: (id: string) => Promise<Operation>,
): Promise<Change[]> {
  const id = `runvoy-${randomBytes(6).toString('hex')}`;
  const url = `${configApi}/${location}/previews/${id}`;
  const end = await followOperation(client, await begin(id), progress);
  try {
    const made = await client.find<Preview>(url);
    if (made?.state !== 'SUCCEEDED') {
      const detail = [explainCode(made?.errorCode), made?.errorStatus?.message, end.error?.message, made?.errorLogs];
      throw terraformFailure(title, toTerraformFailures(made?.tfErrors), detail.filter(Boolean).join('; '));
    }
    const changes = await listAll<ResourceChange>(client, `${url}/resourceChanges`, 'resourceChanges');
    return changes.flatMap(({ intent, terraformInfo: { address = '', type = '' } = {} }) => {
      const action = actions[intent as keyof typeof actions];
      return action === undefined ? [] : [{ action, resource: address, type, holdsData: holdsData(type) }];
    });
  } finally {
    await client.request('DELETE', url).catch(() => undefined);
  }
}
