import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Playbook, readPlaybook } from '@runvoy/core/playbooks';
import { RunvoyError } from '@runvoy/core/provider';
import { type Environment, homeFolder } from '../config/home.ts';

/** A playbook's file; `error` when it cannot be read as one. */
export interface PlaybookEntry {
  name: string;
  path: string;
  playbook?: Playbook;
  error?: string;
}

/** `./.runvoy` if there is one, else the user's. */
export function playbookFolder(env: Environment): string {
  const local = join(process.cwd(), '.runvoy');
  return existsSync(local) ? local : homeFolder(env);
}

export async function listPlaybooks(env: Environment): Promise<PlaybookEntry[]> {
  const folder = playbookFolder(env);
  return Promise.all(
    [...playbookFiles(folder)].map(async ([name, file]) => {
      const path = join(folder, file);
      try {
        return { name, path, playbook: await loadFile(name, path) };
      } catch (error) {
        return { name, path, error: (error as Error).message };
      }
    }),
  );
}

export async function loadPlaybook(name: string, env: Environment): Promise<Playbook> {
  const folder = playbookFolder(env);
  const files = playbookFiles(folder);
  const file = files.get(name);
  if (file !== undefined) return loadFile(name, join(folder, file));
  throw new RunvoyError('NOT_FOUND', `playbook not found: ${name}`, {
    remedy: files.size > 0 ? `${folder} has: ${[...files.keys()].join(', ')}.` : `There is none in ${folder}.`,
  });
}

/** Name → file, by name; `<name>.yaml` wins over `<name>.yml`. */
function playbookFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const file of names) {
    const name = /^(.+)\.ya?ml$/.exec(file)?.[1];
    // The configuration lives in the same folder.
    if (name && file !== 'config.yaml' && !files.has(name)) files.set(name, file);
  }
  return files;
}

async function loadFile(name: string, path: string): Promise<Playbook> {
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RunvoyError('INVALID_REQUEST', `${path}: ${(error as Error).message}`, { field: path, cause: error });
  }
  return readPlaybook(name, content, path);
}
