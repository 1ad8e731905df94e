import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Check } from './check.ts';
import { command } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { root } from './workspaces.ts';

/**
 * The blocks of the README fenced as `sh checked`, run in order in one shell in an empty folder with a data folder of its
 * own: what the README shows works as shown.
 */
export const readmeChecks: Check[] = checkedBlocks().map(({ line, script }) => ({
  name: `README.md:${line}: ${script.split('\n')[0]}`,
  run: () => {
    const { exitCode, stdout, stderr } = command('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env });
    return exitCode === 0 ? [] : [`exit ${exitCode}\n${stdout}${stderr}`];
  },
}));

const folder = temporaryFolder('readme');
const env = {
  ...process.env,
  RUNVOY_HOME: join(folder, 'home'),
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
};

function checkedBlocks(): { line: number; script: string }[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```sh checked\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: readme.slice(0, match.index).split('\n').length + 1,
    script: match[1]!,
  }));
}
