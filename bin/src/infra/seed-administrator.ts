import { createClient } from '@runvoy/core/client';
import type { Environment } from '../config/home.ts';

/**
 * Makes the first administrator of a deployment: runvoy itself runs on it, in this process, with the rights that this user has in the cloud.
 * `undefined` when there is a user of this address already, as upstream does.
 */
export async function seedAdministrator(
  env: Environment,
  environment: Record<string, string>,
  email: string,
): Promise<{ apiKey: string } | undefined> {
  const { openEmbedded } = await import('../server.ts');
  const embedded = await openEmbedded({ env: { ...env, ...environment, RUNVOY_ROLE: 'all' }, email });
  const client = createClient({ transport: embedded.transport });
  try {
    const users = await client.listUsers();
    if (users.some((user) => user.email === email)) return undefined;
    const { claim_token } = await client.createUser({ email, role: 'admin' });
    const { api_key } = await client.claim(claim_token);
    return { apiKey: api_key };
  } finally {
    await client.close();
    await embedded.close();
  }
}
