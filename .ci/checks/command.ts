import { spawnSync } from 'node:child_process';

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function command(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; timeout?: number } = {},
): CommandResult {
  const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (result.error) throw result.error;
  return { exitCode: result.status ?? 128, stdout: result.stdout, stderr: result.stderr };
}

/** Like {@link command}; throws with the output when it fails. */
export function mustRun(...call: Parameters<typeof command>): string {
  const { exitCode, stdout, stderr } = command(...call);
  if (exitCode !== 0) throw new Error(`${call[0]} ${call[1].join(' ')} exited with ${exitCode}\n${stdout}${stderr}`);
  return stdout;
}
