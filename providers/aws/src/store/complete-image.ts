import { familyOf } from '../tasks/family.ts';

/**
 * Gives an image what its id tells: rows that upstream's default mark made have nothing else, and one without a family name
 * has the one that its id gives.
 */
export function completeImage(document: Record<string, unknown>): void {
  const id = document.image_id as string;
  if (document.template_ref === '') document.template_ref = familyOf(id);
  if (document.image !== '') return;
  const reference = id.replace(/-[0-9a-f]{8}$/, '');
  const [, name = reference, tag = 'latest'] = /^(.*):([^:/]+)$/.exec(reference) ?? [];
  Object.assign(document, { image: reference, image_name: name, image_tag: tag });
}
