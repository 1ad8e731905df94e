import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { OpenPipe, PipePool } from './pipe-pool.ts';

export interface ProgramOrder {
  file: string;
  args: readonly string[];
  directory: string;
  environment: Record<string, string>;
  stdin?: Buffer;
  output(stream: 'stdout' | 'stderr', bytes: Buffer): void;
}

export type Outcome = { code: number } | { signal: number } | { error: NodeJS.ErrnoException };

/** How long output may stay silent, after the program ended, before pipes that somebody still holds are given up. */
const silenceMs = 1000;

/** One program with everything it starts: a process group of its own, whose output ends when the last of it is gone. */
export class Program {
  /** Resolves when the program has ended and all its output was handed over. */
  readonly ended: Promise<Outcome>;
  /** Absent when it could not be started. */
  readonly pid: number | undefined;
  #outcome: Outcome | undefined;
  readonly #pipes: PipePool;
  readonly #outputs = new Set<Socket>();
  readonly #resolve: (outcome: Outcome) => void;
  #paused = false;
  #silence: NodeJS.Timeout | undefined;

  static async launch(order: ProgramOrder, pipes: PipePool): Promise<Program> {
    const stdout = await pipes.take();
    const stderr = await pipes.take();
    return new Program(order, pipes, stdout, stderr);
  }

  private constructor(order: ProgramOrder, pipes: PipePool, stdout: OpenPipe, stderr: OpenPipe) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#pipes = pipes;
    let child: ChildProcess | undefined;
    let stdin: number | undefined;
    try {
      if (order.stdin) stdin = openInput(order.directory, order.stdin);
      child = spawn(order.file, order.args, {
        cwd: order.directory,
        env: order.environment,
        stdio: [stdin ?? 'ignore', stdout.writer, stderr.writer],
        detached: true,
      });
    } catch (error) {
      this.#outcome = { error: error as NodeJS.ErrnoException };
    }
    this.pid = child?.pid;
    child?.on('error', (error) => this.#exited({ error }));
    child?.on('exit', (code, signal) =>
      this.#exited(code === null ? { signal: constants.signals[signal!] } : { code }),
    );
    for (const end of [stdin, stdout.writer, stderr.writer]) if (end !== undefined) closeSync(end);
    this.#read(stdout, (bytes) => order.output('stdout', bytes));
    this.#read(stderr, (bytes) => order.output('stderr', bytes));
  }

  /** The program itself is over, though its output may not be. */
  get exited(): boolean {
    return this.#outcome !== undefined;
  }

  /** Signals the whole group. */
  signal(name: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, name);
    } catch {
      // ESRCH: all gone. EPERM: on macOS what is left is a zombie; elsewhere, a process that has become another user's.
    }
  }

  pause(): void {
    this.#paused = true;
    for (const output of this.#outputs) output.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const output of this.#outputs) output.resume();
    this.#expectSilence();
  }

  #read({ reader, path }: OpenPipe, handle: (bytes: Buffer) => void): void {
    const output = new Socket({ fd: reader, readable: true, writable: false });
    this.#outputs.add(output);
    let complete = false;
    output.on('data', (bytes) => {
      this.#expectSilence();
      handle(bytes);
    });
    output.on('end', () => {
      complete = true;
    });
    output.on('error', () => {});
    output.on('close', () => {
      this.#outputs.delete(output);
      if (complete) this.#pipes.giveBack(path);
      else this.#pipes.discard(path);
      this.#settle();
    });
  }

  #exited(outcome: Outcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.signal('SIGKILL');
    this.#expectSilence();
    this.#settle();
  }

  #settle(): void {
    if (!this.#outcome || this.#outputs.size > 0) return;
    clearTimeout(this.#silence);
    this.#resolve(this.#outcome);
  }

  /** A process that left the group may keep a pipe open for ever. */
  #expectSilence(): void {
    clearTimeout(this.#silence);
    if (!this.#outcome) return;
    this.#silence = setTimeout(() => {
      if (!this.#paused) for (const output of this.#outputs) output.destroy();
    }, silenceMs);
  }
}

/**
 * A file without a name: unlike a pipe, it needs nobody to feed it, and can be opened again as `/dev/stdin` when all has been
 * written.
 */
function openInput(folder: string, bytes: Buffer): number {
  const path = join(folder, '.runvoy-stdin');
  try {
    writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
    return openSync(path, 'r');
  } finally {
    rmSync(path, { force: true });
  }
}
