import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { mustRun } from './command.ts';
import { root } from './workspaces.ts';

const maximumLines = 400;
const binary = /\.(png|ico|woff2|gz|tgz)$/;

function trackedFiles(): string[] {
  return mustRun('git', ['ls-files', '-z'], { cwd: root }).split('\0').filter(Boolean);
}

function linesMatching(pattern: RegExp, files: string[]): string[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 160)}`] : [])),
  );
}

/** A registry of this machine's own: its host must not be written down anywhere. */
function privateRegistryHost(): string | undefined {
  const { host } = new URL(mustRun('npm', ['config', 'get', 'registry'], { cwd: root }).trim());
  return host === 'registry.npmjs.org' ? undefined : host;
}

/** What must not be in the repository. */
export const trackedFilesChecks: Check[] = [
  {
    name: 'no path of a machine in tracked files',
    run: () =>
      linesMatching(
        /(?<![\w.$}-])\/(work|root|tmp)\/[\w.]/,
        trackedFiles().filter((file) => !binary.test(file)),
      ),
  },
  {
    name: 'no registry host and no registry credential in tracked files',
    run: () => {
      const files = trackedFiles().filter((file) => !binary.test(file));
      const own = privateRegistryHost();
      return [
        ...linesMatching(
          /_authToken|_password\s*=|registry\.npmjs\.org/,
          files.filter((file) => file !== 'package-lock.json' && !file.startsWith('.ci/checks/')),
        ),
        ...(own === undefined ? [] : linesMatching(new RegExp(own.replaceAll('.', '\\.')), files)),
      ];
    },
  },
  {
    name: 'the lock file names the public registry or none',
    run: () => {
      const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, { resolved?: string; link?: boolean }>;
      };
      return Object.entries(lock.packages).flatMap(([path, { resolved, link }]) =>
        resolved === undefined || link || resolved.startsWith('https://registry.npmjs.org/')
          ? []
          : [`${path}: ${resolved}`],
      );
    },
  },
  {
    name: `no source file over ${maximumLines} lines`,
    run: () =>
      trackedFiles()
        .filter((file) => /\.(ts|tsx|svelte|js|cjs|mjs)$/.test(file))
        .flatMap((file) => {
          const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
          return lines > maximumLines ? [`${file}: ${lines} lines`] : [];
        }),
  },
];
