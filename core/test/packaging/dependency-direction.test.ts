import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, packageOf, type SourceImport } from '../../../.ci/checks/source-imports.ts';
import { type Workspace, workspaces } from '../../../.ci/checks/workspaces.ts';

/** The workspaces that each workspace may import: `bin → core ← providers`, and `bin → providers` to embed them. */
function mayImport({ folder }: Workspace, other: Workspace): boolean {
  if (folder === 'core') return false;
  if (folder === 'bin') return true;
  return other.folder === 'core';
}

function leaves(folder: string, { file, specifier }: SourceImport): boolean {
  return specifier.startsWith('.') && relative(folder, join(dirname(file), specifier)).startsWith('..');
}

const all = workspaces();

describe.each(all.map((workspace) => [workspace.manifest.name, workspace] as const))('%s', (_name, workspace) => {
  const imports = importsOf(`${workspace.folder}/src`);

  test('has sources that were read', () => {
    expect(imports.length).toBeGreaterThan(0);
  });

  test('imports only workspaces below it', () => {
    const upward = imports.filter(({ specifier }) => {
      const other = all.find(({ manifest }) => manifest.name === packageOf(specifier));
      return other !== undefined && other.folder !== workspace.folder && !mayImport(workspace, other);
    });
    expect(upward).toEqual([]);
  });

  test('reaches other workspaces by name, never by path', () => {
    expect(imports.filter((one) => leaves(workspace.folder, one))).toEqual([]);
  });
});

test('core imports no cloud SDK, not even its types', () => {
  const sdk = /^(@google-cloud\/|google-|@aws-sdk\/|aws-sdk|@smithy\/|@azure\/|dockerode)/;
  expect(importsOf('core/src').filter(({ specifier }) => sdk.test(specifier))).toEqual([]);
});
