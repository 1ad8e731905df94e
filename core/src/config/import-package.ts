import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A module of a package that is installed with the program or, else, beside what is in `directory`: `name`, `@scope/name` or a path in it, such as
 * `@scope/name/part`. Resolves to `undefined` when the package is in neither place. When it is there and cannot be loaded, because a part of it, or
 * something that it imports in turn, is missing or fails, it rejects with the error of Node.js, and does not look in the other place.
 */
export async function importPackage<Module>(specifier: string, directory: string): Promise<Module | undefined> {
  try {
    return await import(specifier);
  } catch (error) {
    if (!isAbsent(error, specifier)) throw error;
  }
  const path = resolveFrom(directory, specifier);
  return path === undefined ? undefined : await import(pathToFileURL(path).href);
}

function resolveFrom(directory: string, specifier: string): string | undefined {
  try {
    // Packages may be for `import` alone. A Node.js that does not know this option leaves those out.
    const options: object = { conditions: new Set(['node', 'import']) };
    return createRequire(join(directory, 'package.json')).resolve(specifier, options);
  } catch (error) {
    if (isAbsent(error, specifier)) return undefined;
    throw error;
  }
}

/** Node.js names what it did not find: the package, when it is loaded by `import`; all of the specifier, by `require`; else a file, or another package. */
function isAbsent(error: unknown, specifier: string): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /MODULE_NOT_FOUND$/.test(code) && [specifier, packageOf(specifier)].some((name) => message.includes(`'${name}'`))
  );
}

const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
