import { allDocuments } from '../store/all-documents.ts';
import type { Check } from './health.ts';
import { examine } from './report.ts';

/** Every role that an image names exists. */
export const checkIdentities: Check = async (report, { provider }, call) => {
  const { store, identities, capabilities } = provider;
  if (capabilities.identities !== true) return;
  const images = await allDocuments(store, 'images', { index: 'all' }, call);
  const named = images.flatMap((image) => [image.task_role_name, image.task_execution_role_name]);
  const roles = [...new Set(named.filter((role) => role !== undefined))];
  const status = report.identity_status;
  status.custom_roles_total = roles.length;
  await examine(
    report,
    roles,
    (id) => ({ type: 'identity', id }),
    async (role) => {
      if (await identities.exists(role, call)) {
        status.custom_roles_verified++;
        return;
      }
      status.missing_roles.push(role);
      const users = images.filter((image) => image.task_role_name === role || image.task_execution_role_name === role);
      report.issues.push({
        resource_type: 'identity',
        resource_id: role,
        severity: 'error',
        message: `it does not exist, but these images name it: ${users.map((image) => image.image_id).join(', ')}`,
        action: 'requires_manual_intervention',
      });
    },
  );
};
