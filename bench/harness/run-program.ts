import { spawn } from 'node:child_process';

export interface ProgramResult {
  milliseconds: number;
  exitCode: number;
  /** Newlines on standard output. */
  lines: number;
  /** The last bytes of standard output. */
  tail: string;
}

/** Runs a program from start to end as a shell would see it, reading and counting its output. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let lines = 0;
    let tail = '';
    let complaints = '';
    child.stdout.on('data', (data: Buffer) => {
      lines += countLines(data);
      tail = data.toString('latin1', Math.max(0, data.length - 64));
    });
    child.stderr.on('data', (data: Buffer) => {
      complaints = (complaints + data.toString('utf8')).slice(-4096);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const exitCode = code ?? 128;
      if (exitCode !== 0) reject(new Error(`${program} ${args.join(' ')} exited with ${exitCode}\n${complaints}`));
      else resolve({ milliseconds: performance.now() - start, exitCode, lines, tail });
    });
  });
}

export function countLines(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) lines++;
  return lines;
}
