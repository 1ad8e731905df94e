import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { type CommandResult, command, mustRun } from './command.ts';
import type { Tarball } from './tarballs.ts';
import { root } from './workspaces.ts';

const published = ['@runvoy/core', '@runvoy/conformance', 'runvoy'];
const minutes = 10;

/** The example of the authoring guide, as a stranger has it: alone in a folder, with the packages as they are published. */
export function exampleProviderChecks(tarballs: readonly Tarball[]): Check[] {
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-example-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const needed = tarballs.filter(({ workspace }) => published.includes(workspace.manifest.name));
  const script = (name: string): string[] =>
    outcome(command('npm', ['run', '--silent', name], { cwd: folder, timeout: minutes * 60_000 }));
  return [
    {
      name: 'example: the tarballs install beside it',
      run: () => {
        cpSync(join(root, 'conformance/example'), folder, { recursive: true });
        mustRun('npm', ['install', '--no-audit', '--no-fund', ...needed.map(({ path }) => path)], { cwd: folder });
        return [];
      },
    },
    { name: 'example: it type-checks against the published declarations', run: () => script('typecheck') },
    {
      name: 'example: npx runvoy-conformance ./my.harness.ts, every MUST holds',
      run: () => script('conformance'),
    },
    {
      name: 'example: the same by three lines of node:test',
      // Of one facet: the command has run them all.
      run: () =>
        outcome(command(process.execPath, ['--test', '--test-name-pattern=store\\.', 'my.test.ts'], { cwd: folder })),
    },
  ];
}

function outcome({ exitCode, stdout, stderr }: CommandResult): string[] {
  return exitCode === 0 ? [] : [`exit ${exitCode}\n${(stdout + stderr).slice(-20_000)}`];
}
