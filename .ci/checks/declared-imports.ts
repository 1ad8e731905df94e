import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { importsOf, packageOf } from './source-imports.ts';
import { root, type Workspace, workspaces } from './workspaces.ts';

/** Node's types stand for Node itself; nobody declares them to use them. */
const ambient = new Set(['@types/node']);

/** What a package imports is what it declares, and the other way round. */
export const declaredImports: Check[] = workspaces().map((workspace) => ({
  name: `declared imports are the real ones: ${workspace.manifest.name}`,
  run: () => [...undeclared(workspace), ...unused(workspace)],
}));

/** Folders whose programs are published. */
const sources = ['src', 'simulator', 'dev'];

const publishedImports = (folder: string) =>
  sources.filter((name) => existsSync(join(root, folder, name))).flatMap((name) => importsOf(`${folder}/${name}`));

function undeclared({ folder, manifest }: Workspace): string[] {
  const declared = installedWith(manifest);
  return publishedImports(folder).flatMap(({ file, specifier }) => {
    const name = packageOf(specifier);
    return name === undefined || name === manifest.name || declared.has(name)
      ? []
      : [`${file} imports ${name}, which ${folder}/package.json does not declare`];
  });
}

function unused({ folder, manifest }: Workspace): string[] {
  const used = new Set(publishedImports(folder).map(({ specifier }) => packageOf(specifier)));
  return [...installedWith(manifest)]
    .filter((name) => !used.has(name) && !ambient.has(name))
    .map((name) => `${folder}/package.json declares ${name}, which nothing in it imports`);
}

/**
 * A published package without `exports` is a bundled program: what it bundles is a devDependency, because it is not there
 * after installation.
 */
function installedWith(manifest: Workspace['manifest']): Set<string> {
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const bundled = manifest.exports === undefined ? devDependencies : {};
  return new Set(Object.keys({ ...dependencies, ...peerDependencies, ...bundled }));
}
