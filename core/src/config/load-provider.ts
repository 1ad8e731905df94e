import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RunvoyError } from '../contract/errors.ts';
import type { ProviderPlugin } from '../contract/plugin.ts';
import { checkPlugin } from './check-plugin.ts';
import { importPackage } from './import-package.ts';

/** Providers that come with the program, by name; everything else is looked up as a package or path. */
export type Builtins = Record<string, () => Promise<{ default: ProviderPlugin }>>;

export interface LoadOptions {
  builtins: Builtins;
  /** Where paths start, and where packages are looked for after those of the program itself. Default: the working directory. */
  directory?: string;
}

/**
 * Finds a provider: one that comes with the program, `@runvoy/<name>`, `runvoy-provider-<name>`, a package `<name>`, or a file by
 * its path or URL. Rejects with CONFIGURATION_INVALID, which tells what was tried and why it was not that, and does not go on
 * once something was found: a provider that is broken must not be replaced by an unrelated package.
 */
export async function loadProvider(name: string, options: LoadOptions): Promise<ProviderPlugin> {
  const { builtins, directory = process.cwd() } = options;
  const lowerCase = name.toLowerCase();
  const builtin = Object.hasOwn(builtins, lowerCase) ? builtins[lowerCase] : undefined;
  if (builtin) return checkPlugin(await attempt(lowerCase, builtin), lowerCase);

  const known = Object.keys(builtins).join(', ');
  const tried = [`providers that come with runvoy: ${known}`];
  for (const specifier of packageNames(lowerCase)) {
    const module = await attempt(specifier, () => importPackage(specifier, directory));
    if (module !== undefined) return checkPlugin(module, specifier);
    tried.push(`package ${specifier}: not installed`);
  }
  const file = await attempt(name, async () => filePath(name, directory));
  if (statSync(file, { throwIfNoEntry: false })?.isFile())
    return checkPlugin(await attempt(name, () => import(pathToFileURL(file).href)), name);
  tried.push(`file ${file}: no such file`);
  throw new RunvoyError('CONFIGURATION_INVALID', `no provider "${name}" found. Tried: ${tried.join('; ')}`, {
    field: 'RUNVOY_BACKEND_PROVIDER',
    remedy: `Use one of ${known}, install the provider's package, or give the path of its file.`,
  });
}

/** What goes wrong with a module that is there is its own fault. */
async function attempt<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new RunvoyError('CONFIGURATION_INVALID', `the provider ${name} cannot be loaded: ${String(error)}`, {
      field: 'RUNVOY_BACKEND_PROVIDER',
      remedy: 'Install it again, or ask whoever made it.',
      cause: error,
    });
  }
}

/** None for what is a path or a URL. */
function packageNames(name: string): string[] {
  if (/^@[\w.-]+\/[\w.-]+$/.test(name)) return [name];
  return /^[\w-][\w.-]*$/.test(name) ? [`@runvoy/${name}`, `runvoy-provider-${name}`, name] : [];
}

function filePath(name: string, directory: string): string {
  return name.startsWith('file:') ? fileURLToPath(name) : resolve(directory, name);
}
