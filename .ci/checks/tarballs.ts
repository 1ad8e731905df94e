import { join } from 'node:path';
import type { Check } from './check.ts';
import { command, mustRun } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { root, type Workspace, workspaces } from './workspaces.ts';

export interface Tarball {
  workspace: Workspace;
  path: string;
}

/** Packs every workspace as it would be published, into a new folder. */
export function packAll(): Tarball[] {
  const folder = temporaryFolder('pack');
  return workspaces().map((workspace) => {
    const [packed] = Object.values(
      JSON.parse(
        mustRun(
          'npm',
          ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '-w', workspace.manifest.name],
          {
            cwd: root,
          },
        ),
      ) as { filename: string }[],
    );
    return { workspace, path: join(folder, packed!.filename) };
  });
}

/** publint on each tarball, and attw on each that others import from. */
export function tarballChecks(tarballs: readonly Tarball[]): Check[] {
  return tarballs.flatMap(({ workspace, path }) => {
    const checks = [outputCheck(`publint: ${workspace.manifest.name}`, 'publint', ['--strict', path])];
    if (workspace.manifest.exports !== undefined)
      checks.push(
        outputCheck(`attw: ${workspace.manifest.name}`, 'attw', [
          '--profile',
          'esm-only',
          '--no-emoji',
          '--no-color',
          '-f',
          'ascii',
          path,
        ]),
      );
    return checks;
  });
}

function outputCheck(name: string, program: string, args: string[]): Check {
  return {
    name,
    run: () => {
      const { exitCode, stdout, stderr } = command(join(root, 'node_modules/.bin', program), args, { cwd: root });
      return exitCode === 0 ? [] : [(stdout + stderr).trim()];
    },
  };
}
