import { randomBytes } from 'node:crypto';
import { RunvoyError } from '@runvoy/core/provider';
import type { Change, Deployment, InfraDriver } from '../driver.ts';
import { follow } from '../follow.ts';
import { blueprintSource } from './blueprint.ts';
import {
  type ConfigDeployment,
  type ConfigFailure,
  configApi,
  followOperation,
  listAll,
  lockedBy,
  type Operation,
  outputsOf,
  toTerraformFailures,
} from './config-api.ts';
import { holdsData } from './data-resources.ts';
import type { GoogleClient } from './google-client.ts';
import { planPreparation, terraformAccount } from './prepare-project.ts';
import { forgetData } from './state-editing.ts';
import { terraformFailure } from './terraform-failure.ts';

export interface ManagerOptions {
  project: string;
  region: string;
  stackName: string;
  /** Folder, gs:// object or https:// repository; absent: the module that comes with this program. */
  template?: string;
  /** Inputs of the module; a value that is JSON is taken as such. The others keep the value that the deployment has. */
  parameters: Readonly<Record<string, unknown>>;
  /** Name of the account that Terraform runs as; absent: one is made. */
  serviceAccount?: string;
}

interface Preview {
  name: string;
  state: 'CREATING' | 'SUCCEEDED' | 'APPLYING' | 'STALE' | 'DELETING' | 'FAILED' | 'DELETED';
  errorCode?: string;
  tfErrors?: ConfigFailure[];
  errorStatus?: { message?: string };
}

interface ResourceChange {
  terraformInfo?: { address?: string; type?: string };
  intent?: 'CREATE' | 'UPDATE' | 'DELETE' | 'RECREATE' | 'UNCHANGED';
}

/** What Infrastructure Manager says of a failure that is not Terraform's own. */
const errorCodes: Record<string, string> = {
  CLOUD_BUILD_PERMISSION_DENIED:
    'its account may not run builds: grant roles/config.agent to the account that Terraform runs as',
  BUCKET_CREATION_PERMISSION_DENIED:
    'its account may not make the bucket for its artefacts: grant roles/config.agent to it',
  BUCKET_CREATION_FAILED: 'the bucket for its artefacts could not be made',
  QUOTA_VALIDATION_FAILED: 'a quota of the project is too small for what would be made',
};

/** A deployment of Infrastructure Manager: Google runs Terraform, and keeps its state. */
export function createManagerDriver(client: GoogleClient, options: ManagerOptions): InfraDriver {
  const { project, region, stackName, template, parameters } = options;
  const location = `projects/${project}/locations/${region}`;
  const name = `${location}/deployments/${stackName}`;
  const title = `deployment ${stackName} of ${project} in ${region}`;
  /** Made once: a plan and the apply after it use the same. */
  let prepared: Promise<ConfigDeployment> | undefined;
  let begun: Operation | undefined;

  const find = () => client.find<ConfigDeployment>(`${configApi}/${name}`);

  async function desired(extra: Record<string, unknown> = {}): Promise<ConfigDeployment> {
    const existing = await find();
    const inputs = Object.fromEntries(
      Object.entries({ region, ...parameters, project_id: project, ...extra }).map(([input, inputValue]) => [
        input,
        { inputValue },
      ]),
    );
    return {
      serviceAccount: options.serviceAccount ?? terraformAccount(project).name,
      // What an earlier deployment has left behind is taken back.
      importExistingResources: true,
      labels: { managed_by: 'runvoy-cli' },
      terraformBlueprint: {
        ...(await blueprintSource(client, { project, region }, template)),
        inputValues: { ...existing?.terraformBlueprint?.inputValues, ...inputs },
      },
    } as unknown as ConfigDeployment;
  }

  /** Rejects with the cause when a deployment failed. */
  async function mustBeWell(operation: Operation): Promise<void> {
    const deployment = await find();
    if (deployment === undefined || deployment.state === 'DELETED') return;
    if (deployment.state !== 'FAILED' && operation.error === undefined) return;
    const failures = toTerraformFailures(deployment.tfErrors);
    const revision =
      deployment.latestRevision &&
      (await client.find<{ tfErrors?: ConfigFailure[]; errorCode?: string; stateDetail?: string }>(
        `${configApi}/${deployment.latestRevision}`,
      ));
    const all = failures.length > 0 ? failures : toTerraformFailures(revision ? revision.tfErrors : undefined);
    const code = (revision ? revision.errorCode : undefined) ?? deployment.errorCode ?? '';
    if (all.length === 0 && code === 'QUOTA_VALIDATION_FAILED')
      throw new RunvoyError('CAPACITY_EXCEEDED', `${title} failed: ${errorCodes[code]}`, {
        remedy: 'Ask for more on the Quotas page of the console, and apply again.',
      });
    const detail = [errorCodes[code] ?? code, deployment.stateDetail, operation.error?.message, deployment.errorLogs]
      .filter(Boolean)
      .join('; ');
    throw terraformFailure(title, all, detail);
  }

  /** Starts something with a deployment; a lock or an operation of somebody else's is told as such. */
  async function start(method: string, url: string, body?: object): Promise<Operation> {
    const deployment = await find();
    if (deployment?.lockState === 'LOCKED' && !isBusy(deployment)) throw await lockedBy(client, name);
    return client.request<Operation>(method, url, body);
  }

  return {
    title,
    endpoint: (outputs) => outputs.api_endpoint as string | undefined,
    environment: (outputs) => (outputs.environment ?? {}) as Record<string, string>,

    async status({ drift } = { drift: false }): Promise<Deployment> {
      const deployment = await find();
      if (deployment === undefined || deployment.state === 'DELETED')
        return { state: 'absent', detail: deployment?.state ?? 'there is no such deployment', outputs: {} };
      const locked = deployment.lockState === 'LOCKED' && !isBusy(deployment) ? ', locked' : '';
      return {
        state: isBusy(deployment) ? 'busy' : deployment.state === 'ACTIVE' ? 'ready' : 'failed',
        detail: `${deployment.state}${locked}${deployment.stateDetail ? `: ${deployment.stateDetail}` : ''}`,
        outputs: await outputsOf(client, deployment),
        ...(drift && { drift: await findDrift(deployment) }),
      };
    },

    async settle(progress) {
      const running = begun ?? (await findOperation());
      const end = running
        ? await followOperation(client, running, progress, find)
        : await follow<Operation>(title, async () => {
            const deployment = await find();
            return deployment !== undefined && isBusy(deployment) ? undefined : { name };
          });
      await mustBeWell(end);
    },

    async preparation() {
      // Who brings an account has prepared the project.
      return options.serviceAccount ? { needs: [], run: async () => {} } : planPreparation(client, project);
    },

    async plan() {
      prepared ??= desired();
      const { serviceAccount, terraformBlueprint } = await prepared;
      const existing = await find();
      const changes = await preview({
        serviceAccount,
        terraformBlueprint,
        ...(existing && existing.state !== 'DELETED' && { deployment: name }),
      });
      return { changes };
    },

    async begin() {
      prepared ??= desired();
      const body = await prepared;
      const existing = await find();
      if (existing === undefined || existing.state === 'DELETED')
        begun = await start('POST', `${configApi}/${location}/deployments?deploymentId=${stackName}`, body);
      else begun = await start('PATCH', `${configApi}/${name}`, body);
    },

    async discard() {},

    async destroy({ deleteData }, progress, wait) {
      const deployment = await find();
      if (deployment === undefined || deployment.state === 'DELETED') return { kept: [] };
      if (deleteData) {
        // The database is protected until the module was applied without that.
        const update = await start('PATCH', `${configApi}/${name}`, await desired({ keep_data: false }));
        await mustBeWell(await followOperation(client, update, progress, find));
      }
      if (deployment.lockState === 'LOCKED') throw await lockedBy(client, name);
      const kept = await forgetData(client, name, deleteData);
      const operation = await start('DELETE', `${configApi}/${name}?force=true&deletePolicy=DELETE`);
      if (wait) await mustBeWell(await followOperation(client, operation, progress, find));
      return { kept };
    },
  };

  /** That of somebody else. */
  async function findOperation(): Promise<Operation | undefined> {
    const operations = await listAll<Operation & { metadata?: { target?: string } }>(
      client,
      `${configApi}/${location}/operations`,
      'operations',
    );
    return operations.find(({ done, metadata }) => !done && metadata?.target === name);
  }

  async function preview(body: object): Promise<Change[]> {
    const id = `runvoy-${randomBytes(6).toString('hex')}`;
    const operation = await start('POST', `${configApi}/${location}/previews?previewId=${id}`, body);
    const end = await followOperation(client, operation, () => {});
    const previewName = `${location}/previews/${id}`;
    try {
      const made = await client.find<Preview>(`${configApi}/${previewName}`);
      if (made?.state !== 'SUCCEEDED') {
        const detail = [
          errorCodes[made?.errorCode ?? ''] ?? made?.errorCode,
          made?.errorStatus?.message,
          end.error?.message,
        ];
        throw terraformFailure(
          `the plan of ${title}`,
          toTerraformFailures(made?.tfErrors),
          detail.filter(Boolean).join('; '),
        );
      }
      const changes = await listAll<ResourceChange>(
        client,
        `${configApi}/${previewName}/resourceChanges`,
        'resourceChanges',
      );
      return changes.flatMap(({ intent, terraformInfo: { address = '', type = '' } = {} }) => {
        const action = ({ CREATE: 'create', UPDATE: 'update', DELETE: 'delete', RECREATE: 'replace' } as const)[
          intent as 'CREATE'
        ];
        return action === undefined ? [] : [{ action, resource: address, type, holdsData: holdsData(type) }];
      });
    } finally {
      await client.request('DELETE', `${configApi}/${previewName}`).catch(() => undefined);
    }
  }

  async function findDrift(deployment: ConfigDeployment): Promise<Deployment['drift']> {
    // A plan of what is deployed already: whatever it would change was changed by somebody else.
    const { serviceAccount, terraformBlueprint } = deployment;
    const changes = await preview({ serviceAccount, terraformBlueprint, deployment: name });
    return changes.map(({ resource, type, action }) => ({
      resource,
      type,
      how: action === 'create' ? 'deleted' : 'modified',
    }));
  }
}

const isBusy = ({ state }: ConfigDeployment): boolean => /^(CREATING|UPDATING|DELETING)$/.test(state);
