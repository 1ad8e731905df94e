import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RunvoyError } from '../contract/errors.ts';
import type { ProviderPlugin } from '../contract/plugin.ts';
import { checkPlugin } from './check-plugin.ts';

/** Providers that come with the program, by name; everything else is looked up as a package or path. */
export type Builtins = Record<string, () => Promise<{ default: ProviderPlugin }>>;

export interface LoadOptions {
  builtins: Builtins;
  /** Where paths start, and where packages are looked for after those of the program itself. Default: the working directory. */
  directory?: string;
  /** Default: `import()`. */
  importModule?: (specifier: string) => Promise<unknown>;
}

/**
 * Finds a provider: one that comes with the program, `@runvoy/<name>`, `runvoy-provider-<name>`, a package `<name>`, or a file by
 * its path or URL. Rejects with CONFIGURATION_INVALID, which tells what was tried and why it was not that, and does not go on
 * once something was found: a provider that is broken must not be replaced by an unrelated package.
 */
export async function loadProvider(name: string, options: LoadOptions): Promise<ProviderPlugin> {
  const { builtins, directory = process.cwd(), importModule = (specifier) => import(specifier) } = options;
  const lowerCase = name.toLowerCase();
  const builtin = Object.hasOwn(builtins, lowerCase) ? builtins[lowerCase] : undefined;
  if (builtin) return checkPlugin(await attempt(lowerCase, builtin), lowerCase);

  const tried = [`${lowerCase}: comes not with runvoy, which has ${Object.keys(builtins).join(', ') || 'none'}`];
  for (const specifier of isPath(name) ? [] : packageNames(lowerCase)) {
    for (const candidate of [specifier, resolveFrom(directory, specifier)]) {
      if (candidate === undefined) continue;
      const module = await attempt(specifier, () => importModule(candidate), candidate);
      if (module !== undefined) return checkPlugin(module, specifier);
    }
    tried.push(`package ${specifier}: not installed`);
  }
  const url = fileUrl(name, directory);
  const module = await attempt(name, () => importModule(url), url);
  if (module !== undefined) return checkPlugin(module, name);
  tried.push(`file ${url}: not there`);
  throw new RunvoyError('CONFIGURATION_INVALID', `no provider "${name}" found. Tried: ${tried.join('; ')}`, {
    field: 'RUNVOY_BACKEND_PROVIDER',
    remedy: `Use one of ${Object.keys(builtins).join(', ')}, install the provider's package, or give the path of its file.`,
  });
}

/** `undefined`: there is no such module. Anything else that goes wrong is the module's own fault. */
async function attempt(name: string, load: () => Promise<unknown>, specifier?: string): Promise<unknown> {
  try {
    return await load();
  } catch (error) {
    if (specifier !== undefined && isAbsent(error, specifier)) return undefined;
    throw new RunvoyError('CONFIGURATION_INVALID', `the provider ${name} cannot be loaded: ${String(error)}`, {
      field: 'RUNVOY_BACKEND_PROVIDER',
      remedy: 'Install it again, or ask whoever made it.',
      cause: error,
    });
  }
}

/** Of the module itself, not of one that it imports in turn. */
function isAbsent(error: unknown, specifier: string): boolean {
  const { code, message, url } = error as { code?: string; message?: string; url?: string };
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return false;
  return specifier.startsWith('file:') ? url === specifier : (message?.includes(`'${specifier}'`) ?? false);
}

function packageNames(name: string): string[] {
  return name.startsWith('@') ? [name] : [`@runvoy/${name}`, `runvoy-provider-${name}`, name];
}

function isPath(name: string): boolean {
  return name.startsWith('file:') || name.startsWith('.') || isAbsolute(name);
}

function fileUrl(name: string, directory: string): string {
  return name.startsWith('file:') ? name : pathToFileURL(resolve(directory, name)).href;
}

/** A package installed beside the user's own files, where the program's `import` does not look. */
function resolveFrom(directory: string, specifier: string): string | undefined {
  try {
    return pathToFileURL(createRequire(join(directory, 'package.json')).resolve(specifier)).href;
  } catch {
    return undefined;
  }
}
