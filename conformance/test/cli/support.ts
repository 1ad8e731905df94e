import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function start(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; finished: Promise<Finished> } {
  return startNode([cli, ...args], env);
}

export function startNode(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd?: string,
): { child: ChildProcess; finished: Promise<Finished> } {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  const { NODE_TEST_CONTEXT: _context, ...inherited } = process.env;
  const child = spawn(process.execPath, [...flags, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd && { cwd }),
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const finished = new Promise<Finished>((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
  return { child, finished };
}

export const run = (...args: string[]): Promise<Finished> => start(args).finished;
