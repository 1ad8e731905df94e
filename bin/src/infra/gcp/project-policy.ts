import type { RunvoyError } from '@runvoy/core/provider';
import type { Progress } from '../driver.ts';
import { follow } from '../follow.ts';
import type { GoogleClient } from './google-client.ts';

interface Policy {
  bindings?: { role: string; members: string[]; condition?: unknown }[];
  etag?: string;
  version?: number;
}

const policyUrl = (project: string, verb: string) =>
  `https://cloudresourcemanager.googleapis.com/v1/projects/${project}:${verb}`;

/** Who may do what in a project. */
export async function readPolicy(client: GoogleClient, project: string): Promise<Policy> {
  return client.request<Policy>('POST', policyUrl(project, 'getIamPolicy'), { options: { requestedPolicyVersion: 3 } });
}

export function missingRoles({ bindings = [] }: Policy, member: string, wanted: readonly string[]): string[] {
  const has = (role: string) =>
    bindings.some((each) => each.role === role && !each.condition && each.members.includes(member));
  return wanted.filter((role) => !has(role));
}

/** Adds what `member` lacks of these roles. What others change meanwhile stays. */
export async function grantRoles(
  client: GoogleClient,
  project: string,
  member: string,
  wanted: readonly string[],
  progress: Progress,
): Promise<void> {
  progress(member, 'GRANT ROLES');
  let attempts = 20;
  await follow('granting roles', async () => {
    const policy = await readPolicy(client, project);
    const granted = missingRoles(policy, member, wanted).map((role) => ({ role, members: [member] }));
    // The etag makes this fail when somebody changed the policy meanwhile.
    const changed = { ...policy, version: 3, bindings: [...(policy.bindings ?? []), ...granted] };
    try {
      await client.request('POST', policyUrl(project, 'setIamPolicy'), { policy: changed });
      return true;
    } catch (error) {
      const { code, message } = error as RunvoyError;
      // An account that was made moments ago is not known everywhere yet.
      const mayPass = code === 'CONFLICT' || (code === 'INVALID_REQUEST' && /does not exist/.test(message));
      attempts -= 1;
      if (!mayPass || attempts === 0) throw error;
      return undefined;
    }
  });
}
