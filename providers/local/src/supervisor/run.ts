import { mkdirSync } from 'node:fs';
import type { EndReason } from '@runvoy/core/provider';
import { createMasker } from '@runvoy/core/toolkit';
import { runInContainer } from './container.ts';
import { killMarked } from './leftovers.ts';
import { type Emit, LineSplitter, type Masking } from './line-splitter.ts';
import { runOnHost } from './on-host.ts';
import type { PipePool } from './pipe-pool.ts';
import { type Outcome, Program, type ProgramOrder } from './program.ts';
import type { RunOrder } from './protocol.ts';
import type { Recorder, Stream, TaskRecord } from './recorder.ts';

/** Between SIGTERM and SIGKILL. */
export const graceMs = 10_000;

/** How a run ended, but for why somebody else ended it. */
export interface Conclusion {
  reason: 'exited' | 'signalled' | 'out-of-memory' | 'start-failed' | 'lost';
  exitCode?: number;
  signal?: number;
  detail?: string;
}

/** Somebody else's reason to end a run. */
export type Cause = { reason: 'stopped' | 'timed-out'; detail?: string };

export interface StepOrder extends Omit<ProgramOrder, 'output'> {
  /** Where output goes that is not the command's own. */
  stream?: 'system';
  /** It is the command itself: the run counts as running once this has started. */
  main?: boolean;
}

/** One run from its acceptance to its end. */
export class Run {
  readonly order: RunOrder;
  readonly record: TaskRecord;
  /** Its own empty folder. */
  readonly workspace: string;
  /** Aborts when somebody ends the run. */
  readonly ending = new AbortController();
  /** How to end what is more than a process: resolves when the end has been asked for. */
  interrupt: (() => Promise<void>) | undefined;
  readonly #recorder: Recorder;
  readonly #pipes: PipePool;
  readonly #masking: Masking | undefined;
  #program: Program | undefined;
  /** The command itself, once started. */
  #command: Program | undefined;
  #cause: Cause | undefined;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(order: RunOrder, record: TaskRecord, workspace: string, recorder: Recorder, pipes: PipePool) {
    this.order = order;
    this.record = record;
    this.workspace = workspace;
    this.#recorder = recorder;
    this.#pipes = pipes;
    this.#masking = maskingOf(order);
  }

  /** Runs it, and resolves when its end is on its way into the database. */
  async perform(): Promise<void> {
    const limitMs = this.order.timeoutSeconds * 1000;
    this.#timers.push(setTimeout(() => this.end({ reason: 'timed-out' }), limitMs));
    let conclusion: Conclusion;
    try {
      mkdirSync(this.workspace, { recursive: true, mode: 0o700 });
      conclusion = await (this.order.container ? runInContainer(this, this.order.container) : runOnHost(this));
    } catch (error) {
      conclusion = { reason: 'start-failed', detail: (error as Error).message };
    }
    for (const timer of this.#timers) clearTimeout(timer);
    const { reason, exitCode, signal, detail }: Omit<Conclusion, 'reason'> & { reason: EndReason } =
      this.#cause ?? conclusion;
    Object.assign(this.record.row, {
      phase: 'ended',
      reason,
      detail: detail ?? null,
      ended_at: Date.now(),
      exit_code: exitCode ?? null,
      signal: signal ?? null,
    });
    this.#recorder.update(this.record);
  }

  /** Ends it early. Without effect when it is over, or ending already. */
  end(cause: Cause): void {
    if (this.#cause || this.#command?.exited) return;
    this.#cause = cause;
    this.ending.abort();
    this.#terminate();
  }

  get isEnding(): boolean {
    return this.#cause !== undefined;
  }

  /** What it waits for before it runs. */
  explain(detail: string): void {
    this.record.row.detail = detail;
    this.#recorder.update(this.record);
  }

  /** Runs one program of this run, with its output going into the log. */
  async execute({ stream, main, ...order }: StepOrder): Promise<Outcome> {
    if (this.isEnding) return { error: new Error('ended before it began') };
    const splitters = { stdout: this.#splitter(stream ?? 'stdout'), stderr: this.#splitter(stream ?? 'stderr') };
    const program = await Program.launch(
      { ...order, output: (name, bytes) => splitters[name].push(bytes) },
      this.#pipes,
    );
    this.#program = program;
    if (main) this.#command = program;
    if (main && program.pid !== undefined) this.#markRunning(program.pid);
    if (this.#recorder.blocked) program.pause();
    if (this.isEnding) this.#terminate();
    const outcome = await program.ended;
    this.#program = undefined;
    splitters.stdout.end();
    splitters.stderr.end();
    return outcome;
  }

  pause(): void {
    this.#program?.pause();
  }

  resume(): void {
    this.#program?.resume();
  }

  #terminate(): void {
    if (this.interrupt) {
      void this.interrupt();
      return;
    }
    this.#program?.signal('SIGTERM');
    this.#timers.push(
      setTimeout(() => {
        this.#program?.signal('SIGKILL');
        void killMarked([this.order.execution]);
      }, graceMs),
    );
  }

  #markRunning(pid: number): void {
    Object.assign(this.record.row, { phase: 'running', detail: null, pid, started_at: Date.now() });
    this.#recorder.update(this.record);
  }

  #splitter(stream: Stream): LineSplitter {
    const emit: Emit = (block, count, continues) => this.#recorder.append(this.record, stream, block, count, continues);
    return new LineSplitter(emit, this.#masking);
  }
}

/** A masked form of a value, such as its percent or JSON encoding, has at most six times its bytes. */
function maskingOf({ maskedValues, git }: RunOrder): Masking | undefined {
  const values = git?.token ? [...maskedValues, git.token] : maskedValues;
  const masker = createMasker(values);
  const longest = 6 * Math.max(0, ...values.map((value) => Buffer.byteLength(value)));
  return masker && { mask: (block) => masker.mask(block), longest };
}
