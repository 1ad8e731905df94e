import { RunvoyError } from '@runvoy/core/provider';
import { brokenPipe } from '../exit-codes.ts';

/** Writes, and resolves when the reader has kept up. */
export function write(stream: NodeJS.WriteStream, bytes: Uint8Array | string): Promise<void> | undefined {
  if (bytes.length === 0 || stream.write(bytes)) return undefined;
  return new Promise((resolve) => stream.once('drain', resolve));
}

/** `runvoy … | head`: whoever read has enough. Ends quietly, as a program does that knows no better; a run goes on. */
export function endOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipe);
    throw new RunvoyError('INTERNAL_ERROR', `standard output cannot be written: ${error.message}`, { cause: error });
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
