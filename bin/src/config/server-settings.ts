import { RunvoyError } from '@runvoy/core/provider';
import { configPath, readSettings, type Settings } from './config-file.ts';
import type { Environment } from './home.ts';

export interface ServerSettings {
  /** Absent: no server is configured, so this machine does the work. */
  endpoint?: string;
  apiKey?: string;
  webUrl?: string;
  /** Where the key comes from, for advice on how to replace it. */
  apiKeySource?: 'environment' | 'file';
}

/** A flag wins over the environment, which wins over the file, for each setting by itself. */
export async function resolveServer(env: Environment, flags: { endpoint?: string }): Promise<ServerSettings> {
  const file = await readSettings(env);
  const settings: ServerSettings = {};
  const endpoint = choose(env, file, 'api_endpoint', 'RUNVOY_API_ENDPOINT', flags.endpoint);
  if (endpoint) settings.endpoint = checkUrl(endpoint.value, endpoint.field, endpoint.where);
  const webUrl = choose(env, file, 'web_url', 'RUNVOY_WEB_URL');
  if (webUrl) settings.webUrl = checkUrl(webUrl.value, webUrl.field, webUrl.where);
  const apiKey = choose(env, file, 'api_key', 'RUNVOY_API_KEY');
  if (apiKey) {
    settings.apiKey = apiKey.value;
    settings.apiKeySource = apiKey.field === 'api_key' ? 'file' : 'environment';
  }
  return settings;
}

/** Returns the URL; rejects with what is wrong with it, where it was found and what to do. */
export function checkUrl(value: string, field: string, where: string): string {
  const problem = urlProblem(value);
  if (problem === undefined) return value;
  const shown = value.includes('@') ? '' : `: ${JSON.stringify(value)}`;
  throw new RunvoyError('INVALID_REQUEST', `${field} ${where} ${problem}${shown}`, {
    field,
    remedy: `Write it as https://runvoy.example.com; "runvoy configure" changes the file.`,
  });
}

/** What is wrong with the URL of a server, if anything. */
export function urlProblem(value: string): string | undefined {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return 'is not a URL';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must start with https:// or http://';
  if (url.username || url.password) return 'must not hold a user name or password';
  return undefined;
}

function choose(env: Environment, file: Settings, name: keyof Settings, variable: string, flag?: string) {
  if (flag !== undefined) return { value: flag, field: '--endpoint', where: 'on the command line' };
  const fromEnvironment = env[variable];
  if (fromEnvironment) return { value: fromEnvironment, field: variable, where: 'in the environment' };
  const fromFile = file[name];
  if (fromFile) return { value: fromFile, field: name, where: `in ${configPath(env)}` };
  return undefined;
}
