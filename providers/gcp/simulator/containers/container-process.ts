import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { LaunchPlan } from './launch-plan.ts';
import { LineReader } from './line-reader.ts';
import type { Pipes } from './pipes.ts';

export type Stream = 'stdout' | 'stderr';
export type Ending = { code: number } | { signal: number } | { failed: NodeJS.ErrnoException };

/** How long a pipe that somebody outside the process group holds may stay silent before it is given up. */
const silenceMs = 500;

/** One container's program with everything that it starts: a process group of its own. */
export class ContainerProcess {
  /** Resolves once it has ended and all its output was handed over. */
  readonly ended: Promise<Ending>;
  readonly pid: number | undefined;
  #ending: Ending | undefined;
  readonly #resolve: (ending: Ending) => void;
  readonly #open = new Set<Socket>();
  #silence: NodeJS.Timeout | undefined;

  static async start(
    plan: LaunchPlan,
    pipes: Pipes,
    output: (stream: Stream, lines: string[]) => void,
  ): Promise<ContainerProcess> {
    const [stdout, stderr] = await Promise.all([pipes.open(), pipes.open()]);
    return new ContainerProcess(plan, { stdout, stderr }, output);
  }

  private constructor(
    plan: LaunchPlan,
    streams: Record<Stream, { reader: number; writer: number }>,
    output: (stream: Stream, lines: string[]) => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ended = promise;
    this.#resolve = resolve;
    try {
      const child = spawn(plan.file, plan.args, {
        cwd: plan.cwd,
        env: plan.env,
        stdio: ['ignore', streams.stdout.writer, streams.stderr.writer],
        detached: true,
      });
      this.pid = child.pid;
      child.on('error', (failed) => this.#exited({ failed }));
      child.on('exit', (code, signal) =>
        this.#exited(code === null ? { signal: constants.signals[signal!] } : { code }),
      );
    } catch (error) {
      this.#ending = { failed: error as NodeJS.ErrnoException };
    }
    for (const name of ['stdout', 'stderr'] as const) {
      closeSync(streams[name].writer);
      this.#read(streams[name].reader, (lines) => output(name, lines));
    }
  }

  /** Signals the whole group. */
  signal(name: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, name);
    } catch {
      // All of them are gone.
    }
  }

  #read(reader: number, emit: (lines: string[]) => void): void {
    const lines = new LineReader(emit);
    const socket = new Socket({ fd: reader, readable: true, writable: false });
    this.#open.add(socket);
    socket.on('data', (bytes) => {
      this.#expectSilence();
      lines.push(bytes);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      lines.end();
      this.#open.delete(socket);
      this.#settle();
    });
  }

  /** What the program leaves behind ends with it, as a container's processes end with their first. */
  #exited(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.signal('SIGKILL');
    this.#expectSilence();
    this.#settle();
  }

  #settle(): void {
    if (!this.#ending || this.#open.size > 0) return;
    clearTimeout(this.#silence);
    this.#resolve(this.#ending);
  }

  #expectSilence(): void {
    clearTimeout(this.#silence);
    if (!this.#ending) return;
    this.#silence = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, silenceMs);
  }
}
