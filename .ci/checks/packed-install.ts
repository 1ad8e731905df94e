import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { command, mustRun } from './command.ts';
import type { Tarball } from './tarballs.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { type Manifest, readManifest, root } from './workspaces.ts';

/** What a provider's author writes first: it must type-check against the published declarations alone. */
const consumer = `import { type CallOptions, CONTRACT_VERSION, defineProvider, isRunvoyError, type Provider, RunvoyError, type Store } from '@runvoy/core/provider';

declare const provider: Provider;
export const store: Pick<Store, 'get'> = { get: async (_collection, _key, call?: CallOptions) => { call?.signal?.throwIfAborted(); return undefined; } };
export const failure: RunvoyError = new RunvoyError('NOT_FOUND', 'no such thing', { field: 'thing', remedy: 'name another' });
export const status: number | undefined = isRunvoyError(failure, 'NOT_FOUND') ? failure.retryAfterSeconds : undefined;
export default defineProvider<{ region: string }>({
  name: 'example', contract: CONTRACT_VERSION, open: async () => provider,
  config: { '~standard': { version: 1, vendor: 'example', validate: () => ({ value: { region: 'here' } }) } },
});
`;

/** The published packages, installed together into an empty folder, work there. */
export function packedInstallChecks(tarballs: readonly Tarball[]): Check[] {
  const folder = temporaryFolder('installed');
  const env = { ...process.env, RUNVOY_HOME: join(folder, 'home') };
  const runvoy = (...args: string[]) => command(join(folder, 'node_modules/.bin/runvoy'), args, { cwd: folder, env });
  return [
    {
      name: 'the tarballs install into an empty folder',
      run: () => {
        writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
        mustRun('npm', ['install', '--no-audit', '--no-fund', ...tarballs.map(({ path }) => path)], { cwd: folder });
        return [];
      },
    },
    {
      name: 'installed: runvoy --version',
      run: () => {
        const { exitCode, stdout, stderr } = runvoy('--version');
        const expected = readManifest('bin').version;
        return exitCode === 0 && stdout.includes(expected)
          ? []
          : [`exit ${exitCode}, expected ${expected}: ${stdout}${stderr}`];
      },
    },
    {
      name: 'installed: the web viewer is beside both servers',
      run: () =>
        ['runvoy/dist/viewer', '@runvoy/core/dist/viewer']
          .map((path) => join(folder, 'node_modules', path, 'index.html'))
          .filter((path) => !existsSync(path)),
    },
    {
      name: 'installed: runvoy run "echo packed"',
      run: () => {
        const { exitCode, stdout, stderr } = runvoy('run', 'echo packed');
        return exitCode === 0 && stdout === 'packed\n'
          ? []
          : [`exit ${exitCode}, stdout ${JSON.stringify(stdout)}\n${stderr}`];
      },
    },
    {
      name: "installed: every package's entry points can be imported",
      run: () => {
        const entries = tarballs.flatMap(({ workspace: { manifest } }) =>
          Object.keys(manifest.exports ?? {}).map((path) => ({ entry: manifest.name + path.slice(1), manifest })),
        );
        return entries.flatMap(({ entry, manifest }) => {
          const program = `await import(${JSON.stringify(entry)})`;
          const { exitCode, stderr } = command(process.execPath, ['--input-type=module', '-e', program], {
            cwd: folder,
          });
          return exitCode === 0 || lacksOptionalPeer(stderr, manifest) ? [] : [`${program}: ${stderr}`];
        });
      },
    },
    {
      name: "installed: a provider's author type-checks against @runvoy/core/provider",
      run: () => {
        writeFileSync(join(folder, 'consumer.ts'), consumer);
        mustRun(
          join(root, 'node_modules/.bin/tsc'),
          [
            '--noEmit',
            '--strict',
            '--exactOptionalPropertyTypes',
            '--module',
            'nodenext',
            '--target',
            'es2023',
            '--types',
            '',
            'consumer.ts',
          ],
          { cwd: folder },
        );
        return [];
      },
    },
  ];
}

/** Whoever wants that entry point installs what it is for. */
function lacksOptionalPeer(stderr: string, { peerDependenciesMeta = {} }: Manifest): boolean {
  const missing = /Cannot find package '([^']+)'/.exec(stderr)?.[1];
  return missing !== undefined && peerDependenciesMeta[missing]?.optional === true;
}
