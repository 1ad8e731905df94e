import type { Preparation, Progress } from '../driver.ts';
import { follow } from '../follow.ts';
import type { Operation } from './config-api.ts';
import type { GoogleClient } from './google-client.ts';
import { googleFailure, isServiceDisabled } from './google-failure.ts';
import { grantRoles, missingRoles, readPolicy } from './project-policy.ts';

/** Without these, Infrastructure Manager cannot be asked to switch on the rest. */
const services = [
  'cloudresourcemanager.googleapis.com',
  'config.googleapis.com',
  'iam.googleapis.com',
  'secretmanager.googleapis.com',
  'serviceusage.googleapis.com',
  'storage.googleapis.com',
];

/** What the module makes, and nothing of what it makes may do. */
const roles = [
  'roles/artifactregistry.admin',
  'roles/cloudkms.admin',
  'roles/cloudscheduler.admin',
  'roles/config.agent',
  'roles/datastore.owner',
  'roles/iam.roleAdmin',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountUser',
  'roles/logging.configWriter',
  'roles/monitoring.editor',
  'roles/pubsub.admin',
  'roles/resourcemanager.projectIamAdmin',
  'roles/run.admin',
  'roles/serviceusage.serviceUsageAdmin',
  'roles/vpcaccess.admin',
];

/** The account that Terraform runs as, unless the user has one. */
export function terraformAccount(project: string): { email: string; name: string } {
  const email = `runvoy-infra@${project.split(':').reverse().join('.')}.iam.gserviceaccount.com`;
  return { email, name: `projects/${project}/serviceAccounts/${email}` };
}

/**
 * What a project lacks for Infrastructure Manager: APIs, the agent that encrypts secrets, and an account that Terraform runs as. What is there
 * already is left alone.
 */
export async function planPreparation(client: GoogleClient, project: string): Promise<Preparation> {
  const { email, name } = terraformAccount(project);
  const member = `serviceAccount:${email}`;
  const disabled = await disabledServices(client, project);
  // Without these two it cannot be seen what else there is.
  const blind = disabled.some((service) => /^(iam|cloudresourcemanager)\./.test(service));
  const hasAccount = blind ? false : (await client.find(`https://iam.googleapis.com/v1/${name}`)) !== undefined;
  const missing = blind ? roles : missingRoles(await readPolicy(client, project), member, roles);
  return {
    needs: [
      ...disabled.map((service) => `API ${service}`),
      ...(hasAccount ? [] : [`service account ${email}, which Terraform runs as`]),
      ...missing.map((role) => `${role} for it`),
    ],
    async run(progress) {
      if (disabled.length > 0) {
        await enableServices(client, project, disabled, progress);
        await untilReachable(client, project);
      }
      if (!hasAccount && !(await client.find(`https://iam.googleapis.com/v1/${name}`))) {
        progress(email, 'CREATE');
        await client.request('POST', `https://iam.googleapis.com/v1/projects/${project}/serviceAccounts`, {
          accountId: 'runvoy-infra',
          serviceAccount: { displayName: 'runvoy infra: runs Terraform' },
        });
      }
      if (missing.length > 0) await grantRoles(client, project, member, roles, progress);
    },
  };
}

async function disabledServices(client: GoogleClient, project: string): Promise<string[]> {
  const names = services.map((service) => `names=projects/${project}/services/${service}`).join('&');
  const { services: found = [] } = await client.request<{ services?: { name: string; state: string }[] }>(
    'GET',
    `https://serviceusage.googleapis.com/v1/projects/${project}/services:batchGet?${names}`,
  );
  return services.filter(
    (service) => !found.some(({ name, state }) => name.endsWith(`/${service}`) && state === 'ENABLED'),
  );
}

async function enableServices(
  client: GoogleClient,
  project: string,
  serviceIds: string[],
  progress: Progress,
): Promise<void> {
  for (const service of serviceIds) progress(service, 'ENABLE');
  const url = `https://serviceusage.googleapis.com/v1/projects/${project}/services:batchEnable`;
  const { name } = await client.request<{ name: string }>('POST', url, { serviceIds });
  await follow<boolean>('switching on APIs', async () => {
    const { done, error } = await client.request<Operation>('GET', `https://serviceusage.googleapis.com/v1/${name}`);
    if (error) throw googleFailure(400, error);
    return done || undefined;
  });
  // Who encrypts secrets with the deployment's key: Google makes it only when it is asked to.
  const agent = `projects/${project}/services/secretmanager.googleapis.com:generateServiceIdentity`;
  await client.request('POST', `https://serviceusage.googleapis.com/v1beta1/${agent}`, {});
}

/** What was switched on is known everywhere at Google only some time later. */
async function untilReachable(client: GoogleClient, project: string): Promise<void> {
  const looks = [
    () => readPolicy(client, project),
    () => client.request('GET', `https://iam.googleapis.com/v1/projects/${project}/serviceAccounts?pageSize=1`),
    () => client.request('GET', `https://config.googleapis.com/v1/projects/${project}/locations?pageSize=1`),
  ];
  for (const look of looks)
    await follow('switching on APIs', () =>
      look().then(
        () => true,
        (error: unknown) => {
          if (isServiceDisabled(error)) return undefined;
          throw error;
        },
      ),
    );
}
