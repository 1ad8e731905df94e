import { activeExecutions } from '../executions/active-executions.ts';
import { allDocuments } from '../store/all-documents.ts';
import { mergeByEmail } from '../users/user-documents.ts';
import type { Check } from './health.ts';

interface Owned {
  title: string;
  creator: string | undefined;
  owners: readonly string[];
}

/**
 * Every user has a role that the policy knows, every resource owners who exist. Of executions only those that have not ended are
 * looked at: reading all there ever were would cost more every day.
 */
export const checkAuthorisation: Check = async (report, { provider, access }, call) => {
  const { store } = provider;
  const status = report.authorizer_status;
  const [documents, images, secrets, executions] = await Promise.all([
    allDocuments(store, 'users', { index: 'all' }, call),
    allDocuments(store, 'images', { index: 'all' }, call),
    allDocuments(store, 'secrets', { index: 'all' }, call),
    activeExecutions(store, call),
  ]);

  const users = mergeByEmail(documents);
  status.total_users_checked = users.length;
  for (const { user_email: email, role } of users) {
    if (access.isRole(role)) continue;
    (role ? status.users_with_invalid_roles : status.users_with_missing_roles).push(email);
    report.issues.push({
      resource_type: 'user',
      resource_id: email,
      severity: 'error',
      message: role ? `the policy has no role ${role}: the user may do nothing` : 'the user has no role',
      action: 'requires_manual_intervention',
    });
  }

  const resources: Owned[] = [
    ...images
      // Registered by the first run that needed it, for everybody.
      .filter((image) => image.image !== provider.defaultImage)
      .map((image) => ({ title: `image:${image.image_id}`, creator: image.created_by, owners: image.owned_by })),
    ...secrets.map((secret) => ({
      title: `secret:${secret.secret_name}`,
      creator: secret.created_by,
      owners: secret.owned_by,
    })),
    ...executions.map((execution) => ({
      title: `execution:${execution.execution_id}`,
      creator: execution.created_by,
      owners: execution.owned_by,
    })),
  ];
  status.total_resources_checked = resources.length;
  const emails = new Set(users.map((user) => user.user_email));
  for (const { title, creator, owners } of resources) {
    if (owners.length === 0) {
      (creator ? status.missing_ownerships : status.resources_with_missing_owners).push(title);
      warn(title, creator ? `nobody owns it, not even ${creator}, who created it` : 'nobody owns it');
    }
    // An embedded server has no users, but resources.
    const gone = emails.size === 0 ? [] : owners.filter((owner) => !emails.has(owner));
    for (const owner of gone) {
      status.orphaned_ownerships.push(`${title} -> ${owner}`);
      warn(title, `its owner ${owner} is not a user`);
    }
  }

  function warn(title: string, message: string): void {
    const [type = '', ...id] = title.split(':');
    report.issues.push({
      resource_type: type,
      resource_id: id.join(':'),
      severity: 'warning',
      message,
      action: 'reported',
    });
  }
};
