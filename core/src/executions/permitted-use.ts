import type { ImageDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { Access, RequestContext, SecretStore } from '../services.ts';

/** Reveals only what the caller may use: by role, or because it is his. */
export async function revealPermitted(
  access: Access,
  secrets: SecretStore,
  names: readonly string[],
  context: RequestContext,
): Promise<Record<string, string>> {
  await Promise.all(
    names.map(async (name) => {
      const object = `/api/v1/secrets/${name}`;
      if (access.allows(context.principal, object, 'use')) return;
      const owners = await ownersOf(secrets, name, context);
      if (access.allows(context.principal, object, 'use', owners)) return;
      throw new RunvoyError('FORBIDDEN', `you do not have permission to use secret "${name}"`, { field: 'secrets' });
    }),
  );
  return names.length > 0 ? secrets.reveal(names, context) : {};
}

/** Nobody owns what is not there, so that those who may use nothing do not learn which names exist. */
async function ownersOf(secrets: SecretStore, name: string, context: RequestContext): Promise<readonly string[]> {
  try {
    return (await secrets.find(name, context)).owned_by;
  } catch (error) {
    if (isRunvoyError(error, 'SECRET_NOT_FOUND')) return [];
    throw error;
  }
}

/** Rejects with FORBIDDEN. */
export function demandUse(access: Access, image: ImageDocument, context: RequestContext): void {
  if (access.allows(context.principal, `/api/v1/images/${image.image_id}`, 'use', image.owned_by)) return;
  throw new RunvoyError(
    'FORBIDDEN',
    `you do not have permission to execute with image "${image.image}" (resolved to ${image.image_id})`,
    { field: 'image' },
  );
}
