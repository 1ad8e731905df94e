import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { RunvoyError } from '@runvoy/core/provider';

/** Runs a program in this terminal, and resolves to its exit code, 128+n for signal n. Rejects with INVALID_REQUEST when there is none. */
export async function runWith(words: readonly string[], env: Record<string, string | undefined>): Promise<number> {
  const [program, ...rest] = words;
  const child = spawn(program!, rest, { stdio: 'inherit', env });
  // Ctrl-C reaches it too: it decides what becomes of that.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal!];
  } catch (error) {
    throw new RunvoyError('INVALID_REQUEST', `${program} cannot be run: ${(error as NodeJS.ErrnoException).code}`, {
      field: 'command',
      remedy: 'Give a program and its arguments, as in: runvoy dev gcp -- runvoy run "echo hello".',
      cause: error,
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}
