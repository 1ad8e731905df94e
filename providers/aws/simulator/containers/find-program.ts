import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** The file that a name means on this search path, or `undefined` where there is none that may be executed. */
export function findProgram(name: string, searchPath: string): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  return searchPath
    .split(':')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
