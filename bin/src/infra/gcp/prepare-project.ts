import type { Progress } from '../driver.ts';
import { follow } from '../follow.ts';
import type { GoogleClient } from './google-client.ts';

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

interface Policy {
  bindings?: { role: string; members: string[]; condition?: unknown }[];
  etag?: string;
  version?: number;
}

/**
 * Makes a project ready for Infrastructure Manager: its APIs, the agent that encrypts secrets, and an account that Terraform runs as. What
 * is there already is left alone. Returns the account's name.
 */
export async function prepareProject(client: GoogleClient, project: string, progress: Progress): Promise<string> {
  await enableServices(client, project, progress);
  await client.request(
    'POST',
    `https://serviceusage.googleapis.com/v1beta1/projects/${project}/services/secretmanager.googleapis.com:generateServiceIdentity`,
    {},
  );
  const email = `runvoy-infra@${project.split(':').reverse().join('.')}.iam.gserviceaccount.com`;
  const name = `projects/${project}/serviceAccounts/${email}`;
  if (!(await client.find(`https://iam.googleapis.com/v1/${name}`))) {
    progress(email, 'CREATE');
    await client.request('POST', `https://iam.googleapis.com/v1/projects/${project}/serviceAccounts`, {
      accountId: 'runvoy-infra',
      serviceAccount: { displayName: 'runvoy infra: runs Terraform' },
    });
  }
  await grantRoles(client, project, `serviceAccount:${email}`, progress);
  return name;
}

async function enableServices(client: GoogleClient, project: string, progress: Progress): Promise<void> {
  const base = `https://serviceusage.googleapis.com/v1/projects/${project}`;
  const names = services.map((service) => `names=projects/${project}/services/${service}`).join('&');
  const { services: found = [] } = await client.request<{
    services?: { config?: { name?: string }; name: string; state: string }[];
  }>('GET', `${base}/services:batchGet?${names}`);
  const missing = services.filter(
    (service) => !found.some(({ name, state }) => name.endsWith(`/${service}`) && state === 'ENABLED'),
  );
  if (missing.length === 0) return;
  for (const service of missing) progress(service, 'ENABLE');
  const { name } = await client.request<{ name: string }>('POST', `${base}/services:batchEnable`, {
    serviceIds: missing,
  });
  await follow('switching on APIs', async () => {
    const { done } = await client.request<{ done?: boolean }>('GET', `https://serviceusage.googleapis.com/v1/${name}`);
    return done ? true : undefined;
  });
}

async function grantRoles(client: GoogleClient, project: string, member: string, progress: Progress): Promise<void> {
  const base = `https://cloudresourcemanager.googleapis.com/v1/projects/${project}`;
  const policy = await client.request<Policy>('POST', `${base}:getIamPolicy`, {
    options: { requestedPolicyVersion: 3 },
  });
  const bindings = policy.bindings ?? [];
  const has = (role: string) =>
    bindings.some((each) => each.role === role && !each.condition && each.members.includes(member));
  const missing = roles.filter((role) => !has(role));
  if (missing.length === 0) return;
  progress(member, `GRANT ${missing.length} roles`);
  await client.request('POST', `${base}:setIamPolicy`, {
    // The etag makes this fail when somebody changed the policy meanwhile.
    policy: { ...policy, version: 3, bindings: [...bindings, ...missing.map((role) => ({ role, members: [member] }))] },
  });
}
