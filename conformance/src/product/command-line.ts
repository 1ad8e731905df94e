import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  env: Record<string, string>;
  /** For standard input; without it, that is empty. */
  input?: string | Uint8Array;
  signal?: AbortSignal;
}

/** What starts the `runvoy` command, as words for node: of the package `runvoy`, found from here or from the working directory. */
export function findCommandLine(): { words: string[] } | { no: string } {
  const places = [import.meta.url, join(process.cwd(), 'package.json')];
  for (const place of places) {
    try {
      return startOf(createRequire(place).resolve('runvoy/package.json'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return {
    no: 'the package runvoy is not installed here, so there is no command to try: npm install --save-dev runvoy',
  };
}

function startOf(file: string): { words: string[] } {
  const folder = dirname(file);
  const source = join(folder, 'src/main.ts');
  // In a checkout, what was built may be older than what is to be tried.
  if (import.meta.url.endsWith('.ts') && existsSync(source)) return { words: ['--conditions=source', source] };
  const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { bin: { runvoy: string } };
  return { words: [join(folder, bin.runvoy)] };
}

/** Runs the command in a process with this environment and no other, to its end. */
export function runCommandLine(
  words: readonly string[],
  args: readonly string[],
  { env, input = '', signal }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words, ...args], { env, ...(signal && { signal }), stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
    // It may end without reading.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
