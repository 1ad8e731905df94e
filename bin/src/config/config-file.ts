import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunvoyError } from '@runvoy/core/provider';
import { type Environment, homeFolder } from './home.ts';
import { readPlainSettings } from './plain-settings.ts';

/** Upstream's three keys. Others are left alone. */
export const settingNames = ['api_endpoint', 'api_key', 'web_url'] as const;
export type Settings = { [Name in (typeof settingNames)[number]]?: string };

export function configPath(env: Environment): string {
  return join(homeFolder(env), 'config.yaml');
}

/** The settings in the file; none when there is no file. */
export async function readSettings(env: Environment): Promise<Settings> {
  const path = configPath(env);
  const text = readText(path);
  if (text === undefined) return {};
  const plain = readPlainSettings(text);
  if (plain) return pick(plain, path);
  return pick((await parseDocument(text, path)).toJS(), path);
}

/** Changes the given settings, keeps everything else in the file, comments included, and returns its path. */
export async function writeSettings(env: Environment, changes: Settings): Promise<string> {
  const path = configPath(env);
  const document = await parseDocument(readText(path) ?? '', path);
  for (const [name, value] of Object.entries(changes)) document.set(name, value);
  try {
    mkdirSync(homeFolder(env), { recursive: true, mode: 0o750 });
    replaceFile(path, document.toString());
  } catch (error) {
    throw new RunvoyError('INVALID_REQUEST', `${path} cannot be written: ${(error as Error).message}`, {
      remedy: 'Make the folder writable, or set RUNVOY_HOME to one that is.',
      cause: error,
    });
  }
  return path;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RunvoyError('INVALID_REQUEST', `${path} cannot be read: ${(error as Error).message}`, {
      remedy: 'Make the file readable, or set RUNVOY_HOME to another folder.',
      cause: error,
    });
  }
}

/** Written beside and renamed, so that a crash or a full disk never leaves half a file; through a link to where it points. */
function replaceFile(path: string, text: string): void {
  let target = path;
  try {
    target = realpathSync(path);
  } catch {
    // There is no file yet.
  }
  const temporary = join(dirname(target), `.config.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

async function parseDocument(text: string, path: string) {
  const { isMap, parseDocument: parse } = await import('yaml');
  // Every scalar is a text: a key such as 0123 or 1e5 is no number.
  const document = parse(text, { schema: 'failsafe' });
  const problem = document.errors[0]?.message;
  if (problem || (document.contents !== null && !isMap(document.contents)))
    throw new RunvoyError('INVALID_REQUEST', `${path} is not valid: ${problem ?? 'it is not a list of settings'}`, {
      field: path,
      remedy: 'Correct the file, or remove it and run "runvoy configure".',
    });
  return document;
}

function pick(values: Record<string, unknown> | null, path: string): Settings {
  const settings: Settings = {};
  for (const name of settingNames) {
    const value = values?.[name];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string')
      throw new RunvoyError('INVALID_REQUEST', `${name} in ${path} is not a text`, {
        field: name,
        remedy: `Write it on one line, as "${name}: value".`,
      });
    settings[name] = value as string;
  }
  return settings;
}
