import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Manifest {
  name: string;
  version: string;
  files?: string[];
  exports?: Record<string, Record<string, string>>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  devDependencies?: Record<string, string>;
}

export interface Workspace {
  /** Relative to the repository, e.g. `providers/local`. */
  folder: string;
  manifest: Manifest;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

/** Every workspace of the root's package.json, in its order. */
export function workspaces(): Workspace[] {
  const { workspaces: globs } = readManifest('.') as Manifest & { workspaces: string[] };
  return globs
    .flatMap((glob) => globSync(join(glob, 'package.json'), { cwd: root }).sort())
    .map((path) => join(path, '..'))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}
