import type { Check } from './check.ts';
import { command } from './command.ts';
import { root } from './workspaces.ts';

const minutes = 25;

/** The committed reports say what a run says now. */
export const reportChecks: Check[] = [
  {
    name: 'conformance/reports is what `npm run conformance` gives',
    run: () => {
      const { exitCode, stdout, stderr } = command('npm', ['run', '--silent', 'conformance', '--', '--check'], {
        cwd: root,
        timeout: minutes * 60_000,
      });
      return exitCode === 0 ? [] : [`exit ${exitCode}\n${(stdout + stderr).slice(-20_000)}`];
    },
  },
];
