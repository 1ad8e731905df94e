import type { ImageDocument } from '../contract/collections.ts';
import { templateOf } from '../images/template-of.ts';
import { allDocuments } from '../store/all-documents.ts';
import type { Check } from './health.ts';
import { examine, messageOf } from './report.ts';

/** Every image has its template in the cloud, and every template its image. */
export const checkTemplates: Check = async (report, { provider }, call) => {
  const { store, tasks } = provider;
  const status = report.compute_status;
  // In this order: a template whose image is being registered right now has its document by then.
  const existing = new Set(await tasks.templates(call));
  const images = await allDocuments(store, 'images', { index: 'all' }, call);
  status.total_resources = images.length;
  const describe = (image: ImageDocument) => ({ type: 'image', id: image.image_id });
  await examine(report, images, describe, async (image) => {
    if (existing.has(image.template_ref)) status.verified_count++;
    else await recreate(image);
  });

  const known = new Set(images.map((image) => image.template_ref));
  for (const ref of existing) {
    if (known.has(ref)) continue;
    status.orphaned_resources.push(ref);
    report.issues.push({
      resource_type: 'task_template',
      resource_id: ref,
      severity: 'warning',
      message: 'no image belongs to this template',
      action: 'reported',
    });
  }
  status.orphaned_count = status.orphaned_resources.length;

  async function recreate(image: ImageDocument): Promise<void> {
    try {
      const { ref } = await tasks.prepare(templateOf(image), call);
      const when = { template_ref: image.template_ref };
      const updated = await store.update('images', image.image_id, { set: { template_ref: ref }, when }, call);
      // Removed meanwhile, or registered anew.
      const current = updated ?? (await store.get('images', image.image_id, call));
      if (current?.template_ref !== ref) await tasks.forget(ref, call);
      if (!updated) return;
      status.recreated_count++;
      report.reconciled_count++;
      report.issues.push({
        resource_type: 'image',
        resource_id: image.image_id,
        severity: 'warning',
        message: 'its template was missing',
        action: 'recreated',
      });
    } catch (error) {
      const usesDefaultRoles = image.task_role_name === undefined && image.task_execution_role_name === undefined;
      if (usesDefaultRoles) report.identity_status.default_roles_verified = false;
      report.issues.push({
        resource_type: 'image',
        resource_id: image.image_id,
        severity: 'error',
        message: `its template is missing and cannot be made: ${messageOf(error)}`,
        action: 'requires_manual_intervention',
      });
    }
  }
};
