import type { Deployment, InfraDriver, Progress } from '../driver.ts';
import { follow } from '../follow.ts';
import { blueprintSource } from './blueprint.ts';
import {
  type ConfigDeployment,
  configApi,
  followOperation,
  lockedBy,
  type Operation,
  operationUnderWay,
  outputsOf,
} from './config-api.ts';
import { deploymentFailure } from './deployment-failure.ts';
import type { GoogleClient } from './google-client.ts';
import { isServiceDisabled } from './google-failure.ts';
import { moduleOutputs } from './module-outputs.ts';
import { planPreparation, terraformAccount } from './prepare-project.ts';
import { previewChanges } from './preview-changes.ts';
import { forgetData } from './state-editing.ts';

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

/** What is asked of a deployment. */
type DesiredDeployment = Pick<ConfigDeployment, 'serviceAccount' | 'terraformBlueprint'> & {
  importExistingResources: boolean;
};

/** A deployment of Infrastructure Manager: Google runs Terraform, and keeps its state. */
export function createManagerDriver(client: GoogleClient, options: ManagerOptions): InfraDriver {
  const { project, region, stackName, template, parameters } = options;
  const location = `projects/${project}/locations/${region}`;
  const name = `${location}/deployments/${stackName}`;
  const title = `deployment ${stackName} of ${project} in ${region}`;
  /** Made once: a plan and the apply after it use the same. */
  let prepared: Promise<DesiredDeployment> | undefined;
  let begun: Operation | undefined;

  const find = () => client.find<ConfigDeployment>(`${configApi}/${name}`);
  /** In a project that has never seen Infrastructure Manager there is no deployment. */
  const findIfSwitchedOn = () =>
    find().catch((error: unknown) => {
      if (isServiceDisabled(error)) return undefined;
      throw error;
    });

  async function desired(): Promise<DesiredDeployment> {
    const existing = await find();
    return {
      serviceAccount: options.serviceAccount ?? existing?.serviceAccount ?? terraformAccount(project).name,
      // What an earlier deployment has left behind is taken back.
      importExistingResources: true,
      terraformBlueprint: {
        ...(await blueprintSource(client, { project, region }, template)),
        inputValues: {
          ...toInputs({ region }),
          ...existing?.terraformBlueprint?.inputValues,
          ...toInputs({ ...parameters, project_id: project }),
        },
      },
    };
  }

  /** Everything else of a deployment stays as its operator has set it. */
  const patch = (body: Partial<DesiredDeployment>) =>
    start('PATCH', `${configApi}/${name}?updateMask=${Object.keys(body).join(',')}`, body);

  /** Rejects with the cause when it failed. */
  async function mustBeWell(operation: Operation): Promise<void> {
    const deployment = await find();
    if (deployment === undefined || deployment.state === 'DELETED') return;
    if (deployment.state === 'FAILED' || operation.error !== undefined)
      throw await deploymentFailure(client, title, deployment, operation);
  }

  const preview = (body: object, progress: Progress) =>
    previewChanges(client, `the plan of ${title}`, location, progress, (id) =>
      start('POST', `${configApi}/${location}/previews?previewId=${id}`, body),
    );

  /** Starts something with a deployment; a lock or an operation of somebody else's is told as such. */
  async function start(method: string, url: string, body?: object): Promise<Operation> {
    const deployment = await find();
    if (deployment?.lockState === 'LOCKED' && !isBusy(deployment)) throw await lockedBy(client, name);
    return client.request<Operation>(method, url, body);
  }

  return {
    title,
    ...moduleOutputs,

    async status({ drift } = { drift: false }): Promise<Deployment> {
      const deployment = await findIfSwitchedOn();
      if (deployment === undefined || deployment.state === 'DELETED')
        return { state: 'absent', detail: deployment?.state ?? 'there is no such deployment', outputs: {} };
      const locked = deployment.lockState === 'LOCKED' && !isBusy(deployment) ? ', locked' : '';
      return {
        state: isBusy(deployment) ? 'busy' : deployment.state === 'ACTIVE' ? 'ready' : 'failed',
        detail: `${deployment.state}${locked}${await whyItIsSo(deployment)}`,
        outputs: await outputsOf(client, deployment),
        ...(drift && { drift: await findDrift(deployment) }),
      };
    },

    async settle(progress) {
      const running = begun ?? (await operationUnderWay(client, location, stackName));
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
      const account = options.serviceAccount ?? (await findIfSwitchedOn())?.serviceAccount;
      const isOurs = account === undefined || account === terraformAccount(project).name;
      return isOurs ? planPreparation(client, project) : { needs: [], run: async () => {} };
    },

    async plan(progress) {
      prepared ??= desired();
      const { serviceAccount, terraformBlueprint } = await prepared;
      const existing = await find();
      const deployment = existing && existing.state !== 'DELETED' && { deployment: name };
      return { changes: await preview({ serviceAccount, terraformBlueprint, ...deployment }, progress) };
    },

    async begin() {
      prepared ??= desired();
      const body = await prepared;
      const existing = await find();
      if (existing === undefined || existing.state === 'DELETED')
        begun = await start('POST', `${configApi}/${location}/deployments?deploymentId=${stackName}`, {
          ...body,
          labels: { managed_by: 'runvoy-cli' },
        });
      else begun = await patch(body);
    },

    async discard() {},

    async destroy({ deleteData }, progress, wait) {
      const deployment = await find();
      if (deployment === undefined || deployment.state === 'DELETED') return { kept: [] };
      if (deleteData) {
        // The database is protected until the module that is there was applied without that.
        const { terraformBlueprint } = deployment;
        const inputValues = { ...terraformBlueprint?.inputValues, ...toInputs({ keep_data: false }) };
        const update = await patch({ terraformBlueprint: { ...terraformBlueprint, inputValues } });
        await mustBeWell(await followOperation(client, update, progress, find));
      }
      if (deployment.lockState === 'LOCKED') throw await lockedBy(client, name);
      const kept = await forgetData(client, name, deleteData);
      const operation = await start('DELETE', `${configApi}/${name}?force=true&deletePolicy=DELETE`);
      if (wait) await mustBeWell(await followOperation(client, operation, progress, find));
      return { kept };
    },
  };

  async function whyItIsSo(deployment: ConfigDeployment): Promise<string> {
    const { state, stateDetail } = deployment;
    const reason =
      state === 'FAILED' ? (await deploymentFailure(client, 'the last apply', deployment)).message : stateDetail;
    return reason ? `: ${reason}` : '';
  }

  async function findDrift(deployment: ConfigDeployment): Promise<Deployment['drift']> {
    // A plan of what is deployed already: whatever it would change was changed by somebody else.
    const { serviceAccount, terraformBlueprint } = deployment;
    const changes = await preview({ serviceAccount, terraformBlueprint, deployment: name }, () => {});
    return changes.map(({ resource, type, action }) => ({
      resource,
      type,
      how: action === 'create' ? 'deleted' : 'modified',
    }));
  }
}

const toInputs = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([input, inputValue]) => [input, { inputValue }]));

const isBusy = ({ state }: ConfigDeployment): boolean => /^(CREATING|UPDATING|DELETING)$/.test(state);
