import { execFile } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface OpenPipe {
  /** File descriptors, each of its own open file: making one non-blocking leaves the other as it is. */
  reader: number;
  writer: number;
  path: string;
}

/**
 * Real pipes for the children. Those that Node itself makes are sockets, and a socket cannot be opened again: under Node,
 * `echo oops > /dev/stderr` and `cat /dev/stdin` fail in a command.
 */
export class PipePool {
  readonly #folder: string;
  #free: string[] = [];
  #made = 0;
  #making: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    // What an earlier supervisor left may still be open in processes of its own.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#make().catch(() => {});
  }

  async take(): Promise<OpenPipe> {
    while (this.#free.length === 0) await this.#make();
    const path = this.#free.pop()!;
    // Open for both first: opening only one end of a named pipe waits for the other.
    const both = openSync(path, constants.O_RDWR);
    try {
      const reader = openSync(path, 'r');
      return { reader, writer: openSync(path, 'w'), path };
    } finally {
      closeSync(both);
    }
  }

  /** The pipe of `path` is closed at all its ends. */
  giveBack(path: string): void {
    this.#free.push(path);
  }

  /** Somebody may still have the pipe open: its name must not be used again. */
  discard(path: string): void {
    rmSync(path, { force: true });
  }

  #make(): Promise<void> {
    this.#making ??= this.#makeBatch().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #makeBatch(): Promise<void> {
    const batch = Array.from({ length: 8 }, () => join(this.#folder, String(++this.#made)));
    await promisify(execFile)('mkfifo', ['-m', '600', ...batch]);
    this.#free.push(...batch);
  }
}
