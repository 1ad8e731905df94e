import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createProgram, descendants } from '../../src/program/create-program.ts';
import { runCli } from '../support/cli.ts';

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

it.each(['bash', 'zsh', 'fish'])('prints a script that knows every command, for %s', async (shell) => {
  const { code, stdout } = await runCli(['completion', shell]);
  expect(code).toBe(0);
  for (const command of descendants(createProgram())) expect(stdout).toContain(command.name());
});

it.each(['bash', 'zsh', 'fish'].filter(isInstalled))('prints what %s takes for correct', async (shell) => {
  const { stdout } = await runCli(['completion', shell]);
  expect(spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

it.each([
  ['runvoy pl', ['playbook']],
  ['runvoy users r', ['role', 'rotate', 'revoke']],
  ['runvoy run --det', ['--detach']],
  ['runvoy --json users create --ro', ['--role']],
  ['runvoy completion z', ['zsh']],
  ['runvoy run -- --det', []],
])('completes %j in bash', async (line, expected) => {
  const { stdout: script } = await runCli(['completion', 'bash']);
  const words = line.split(' ');
  const program = `${script}\nCOMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _runvoy; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
  expect(stdout.split('\n').filter(Boolean)).toEqual(expected);
});
