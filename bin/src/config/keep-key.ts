import type { Context } from '../context.ts';
import { writeSettings } from './config-file.ts';
import type { ServerSettings } from './server-settings.ts';

/**
 * Saves a new API key, with the server that it is for. A key exists only once: where the file cannot be written, or where the
 * environment would hide what is in the file, the key itself is the answer.
 */
export async function keepKey(
  { env, ui }: Context,
  apiKey: string,
  { endpoint, apiKeySource }: ServerSettings,
): Promise<{ saved_to?: string; api_key?: string }> {
  if (apiKeySource === 'environment') {
    ui.warn('RUNVOY_API_KEY still holds the old key: put the new one there. It is shown only now.');
    return { api_key: apiKey };
  }
  try {
    return {
      saved_to: await writeSettings(env, {
        ...(endpoint === undefined ? {} : { api_endpoint: endpoint }),
        api_key: apiKey,
      }),
    };
  } catch (error) {
    ui.warn(`${(error as Error).message}. Keep the key yourself: it is shown only now.`);
    return { api_key: apiKey };
  }
}
