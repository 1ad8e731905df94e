import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Harness } from '../harness.ts';
import { suiteError } from '../runner/suite-error.ts';

/** Imports a harness from a file: Node takes the types off TypeScript by itself. Rejects with CONFIGURATION_INVALID. */
export async function loadHarness(name: string): Promise<Harness> {
  const file = resolve(name);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw suiteError(`there is no file ${name}`, { field: 'harness', remedy: 'Name the file of a harness.' });
  const module = await load(name, pathToFileURL(file).href);
  if (module.default === undefined)
    throw suiteError(`${name} has no default export`, {
      field: 'harness',
      remedy: 'Write: export default defineHarness({ plugin, world })',
    });
  // Of a CommonJS module.
  return (module.default as { default?: Harness }).default ?? (module.default as Harness);
}

async function load(name: string, url: string): Promise<{ default?: unknown }> {
  try {
    return await import(url);
  } catch (error) {
    throw suiteError(`${name} cannot be imported: ${String(error)}`, {
      field: 'harness',
      remedy:
        'Node must be able to run it as it is: only TypeScript that vanishes with its types, and imports with the ending .ts.',
      cause: error,
    });
  }
}
