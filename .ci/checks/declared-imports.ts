import type { Check } from './check.ts';
import { importsOf, packageOf } from './source-imports.ts';
import { type Workspace, workspaces } from './workspaces.ts';

/**
 * Used without an import: Node's types stand for Node itself, the emulators load dynalite by its name where it is installed, and the
 * simulator of Google Cloud reads the protos that are in the clients' packages.
 */
const ambient = new Set([
  '@types/node',
  'dynalite',
  ...['pubsub', 'opentelemetry-cloud-trace-exporter'].map((name) => `@google-cloud/${name}`),
]);

/** What a package imports is what it declares, and the other way round. */
export const declaredImports: Check[] = workspaces().map((workspace) => ({
  name: `declared imports are the real ones: ${workspace.manifest.name}`,
  run: () => [...undeclared(workspace), ...unused(workspace)],
}));

function undeclared({ folder, manifest }: Workspace): string[] {
  const declared = installedWith(manifest);
  return sourcesOf({ folder, manifest }).flatMap(({ file, specifier }) => {
    const name = packageOf(specifier);
    return name === undefined || name === manifest.name || declared.has(name)
      ? []
      : [`${file} imports ${name}, which ${folder}/package.json does not declare`];
  });
}

function unused({ folder, manifest }: Workspace): string[] {
  const used = new Set(sourcesOf({ folder, manifest }).map(({ specifier }) => packageOf(specifier)));
  return [...installedWith(manifest)]
    .filter((name) => !used.has(name) && !ambient.has(name))
    .map((name) => `${folder}/package.json declares ${name}, which nothing in ${folder} imports`);
}

/** Of everything that is published as source. */
function sourcesOf({ folder, manifest }: Workspace): ReturnType<typeof importsOf> {
  const folders = (manifest.files ?? []).filter((name) => name !== 'dist' && !name.includes('.'));
  return [...new Set(['src', ...folders])].flatMap((name) => importsOf(`${folder}/${name}`));
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
