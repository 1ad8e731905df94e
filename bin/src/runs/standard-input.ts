import { fstatSync } from 'node:fs';
import { RunvoyError } from '@runvoy/core/provider';
import type { Ui } from '../output/ui.ts';

/** It travels inside the request; servers behind AWS Lambda take 6 MB of JSON. */
export const maximumStdinBytes = 4 * 1024 * 1024;
const patience = 2000;

/**
 * Standard input to its end, if there is any to pass on: what `wanted` says, and without it whether it is a pipe, a socket
 * or a file rather than a terminal or /dev/null.
 */
export async function readStandardInput(wanted: boolean | undefined, ui: Ui): Promise<Buffer | undefined> {
  if (!(wanted ?? isPiped())) return undefined;
  // Whoever starts us from a program may leave a pipe open that nothing ever comes through.
  const hint = setTimeout(() => ui.tell('Reading standard input to its end (--no-stdin to leave it alone)'), patience);
  try {
    const bytes = await readAll(maximumStdinBytes);
    return bytes.length > 0 ? bytes : undefined;
  } finally {
    clearTimeout(hint);
  }
}

export function isPiped(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    // Standard input is closed.
    return false;
  }
}

export async function readAll(maximumBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBytes)
      throw new RunvoyError(
        'PAYLOAD_TOO_LARGE',
        `standard input has more than ${maximumBytes.toLocaleString('en')} bytes`,
        {
          field: 'stdin',
          remedy: 'Put the data where the command can fetch it, or give --no-stdin.',
        },
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
