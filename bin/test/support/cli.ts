import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Keeps the sources with their types stripped: a start then takes a third of the time. */
const compileCache = join(tmpdir(), 'runvoy-test-compile-cache');

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Written to standard input, which is then closed; without it, standard input is /dev/null. */
  input?: string | Uint8Array;
  /** What to start instead of the sources. */
  launcher?: string;
  stdio?: SpawnOptions['stdio'];
}

/** Starts the command line in a process of its own, with nothing in its environment that the test did not put there. */
export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcess {
  const start = options.launcher ? [options.launcher] : ['--conditions=source', main];
  return spawn(process.execPath, [...start, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', NODE_COMPILE_CACHE: compileCache, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: options.stdio ?? [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
}

/** What the process wrote so far and how it ended. */
export function watchCli(child: ChildProcess): {
  result: Promise<CliResult>;
  stdout: () => string;
  stderr: () => string;
} {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (data) => stdout.push(Buffer.from(data)));
  child.stderr?.on('data', (data) => stderr.push(Buffer.from(data)));
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  return {
    stdout: () => text(stdout),
    stderr: () => text(stderr),
    result: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) }));
    }),
  };
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  if (options.input !== undefined) child.stdin!.end(options.input);
  return watchCli(child).result;
}

/** A folder for RUNVOY_HOME, removed by `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'runvoy-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
