import { RunvoyError } from '@runvoy/core/provider';
import { keepKey } from '../config/keep-key.ts';
import type { Context } from '../context.ts';

/** A new key for the caller. The old one works until the new one is claimed, so nothing that fails locks anybody out. */
export default async function rotateKey(context: Context): Promise<void> {
  const { ui } = context;
  const { client, settings } = await context.connect({ serverOnly: true });
  const { user, claim_token: token } = await client.rotateOwnKey();
  const claimed = await client.claim(token).catch((error: Error) => {
    throw new RunvoyError('SERVICE_UNAVAILABLE', `the new key could not be claimed: ${error.message}`, {
      remedy: `Your old key still works. Claim the new one within 15 minutes: runvoy claim ${token}`,
      cause: error,
    });
  });
  const saved = await keepKey(context, claimed.api_key, settings);
  ui.result({ email: user.email, ...saved }, () => {
    ui.fields({ Email: user.email, 'Saved in': saved.saved_to, 'API Key': saved.api_key });
    ui.success('The key was replaced; the old one works no more');
  });
}
