import { execFile } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Pipe {
  reader: number;
  writer: number;
}

/**
 * Real pipes for the containers' output. Those that Node makes are sockets, which a program cannot open again by
 * `/dev/stdout`.
 */
export class Pipes {
  readonly #folder: string;
  #free: string[] = [];
  #made = 0;
  #making: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  async open(): Promise<Pipe> {
    while (this.#free.length === 0) await this.#make();
    const path = this.#free.pop()!;
    // Opening only one end would wait for the other, so both are opened first.
    const both = openSync(path, constants.O_RDWR);
    try {
      return { reader: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writer: openSync(path, 'w') };
    } finally {
      closeSync(both);
      rmSync(path);
    }
  }

  #make(): Promise<void> {
    this.#making ??= this.#makeBatch().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #makeBatch(): Promise<void> {
    const batch = Array.from({ length: 16 }, () => join(this.#folder, String(++this.#made)));
    await promisify(execFile)('mkfifo', batch);
    this.#free.push(...batch);
  }
}
