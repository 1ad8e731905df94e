import { keepKey } from '../config/keep-key.ts';
import type { Context } from '../context.ts';

export default async function claim(context: Context, token: string): Promise<void> {
  const { ui } = context;
  const { client, settings } = await context.connect({ anonymous: true, serverOnly: true });
  const claimed = await client.claim(token);
  const saved = await keepKey(context, claimed.api_key, settings);
  ui.result({ user_email: claimed.user_email, message: claimed.message, ...saved }, () => {
    ui.fields({ Email: claimed.user_email, 'Saved in': saved.saved_to, 'API Key': saved.api_key });
    ui.success('API key claimed: runvoy is ready to use');
  });
}
