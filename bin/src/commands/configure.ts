import { isRunvoyError, RunvoyError } from '@runvoy/core/provider';
import { configPath, readSettings, type Settings, writeSettings } from '../config/config-file.ts';
import { checkUrl, urlProblem } from '../config/server-settings.ts';
import type { Context } from '../context.ts';
import { ask, askSecret, canAsk } from '../output/prompts.ts';

export interface ConfigureOptions {
  apiKey?: string;
  webUrl?: string;
}

/** Writes endpoint and key, from flags or from questions, and keeps everything else in the file. */
export default async function configure(context: Context, options: ConfigureOptions): Promise<void> {
  const { ui, env } = context;
  const current = await readSettings(env);
  const changes = await readChanges(context.options.endpoint, options, current, env);
  const path = await writeSettings(env, changes);
  const health = await checkServer({ ...current, ...changes }, context);
  ui.result({ saved_to: path, api_endpoint: changes.api_endpoint ?? current.api_endpoint, ...health }, () => {
    ui.fields({ 'Saved in': path });
    if (!(changes.api_key ?? current.api_key)) ui.note('Next: claim your API key with "runvoy claim <token>"');
  });
}

async function readChanges(
  endpoint: string | undefined,
  options: ConfigureOptions,
  current: Settings,
  env: Context['env'],
): Promise<Settings> {
  const changes: Settings = {
    ...(endpoint === undefined ? {} : { api_endpoint: checkUrl(endpoint, '--endpoint', 'on the command line') }),
    ...(options.apiKey === undefined ? {} : { api_key: options.apiKey }),
    ...(options.webUrl === undefined ? {} : { web_url: checkUrl(options.webUrl, '--web-url', 'on the command line') }),
  };
  if (Object.keys(changes).length > 0) return changes;
  if (!canAsk())
    throw new RunvoyError('INVALID_REQUEST', 'there is nothing to write, and no terminal to ask at', {
      field: '--endpoint',
      remedy: 'Give --endpoint, --api-key or --web-url.',
    });
  const entered = await ask(`Server (saved in ${configPath(env)})`, {
    initial: current.api_endpoint,
    placeholder: 'https://runvoy.example.com',
    validate: urlProblem,
  });
  const apiKey = await askSecret(
    current.api_key ? 'API key (Enter keeps the one there is)' : 'API key (Enter for none yet)',
  );
  return { api_endpoint: entered, ...(apiKey ? { api_key: apiKey } : {}) };
}

async function checkServer(settings: Settings, context: Context): Promise<{ reachable?: boolean }> {
  if (!settings.api_endpoint) return {};
  try {
    const { client } = await context.connect({ anonymous: true, serverOnly: true });
    const health = await client.health();
    context.ui.success(`The server answers: runvoy ${health.version}, ${health.provider}`);
    return { reachable: true };
  } catch (error) {
    if (!isRunvoyError(error)) throw error;
    context.ui.warn(`Saved, but the server does not answer: ${error.message}`);
    return { reachable: false };
  }
}
