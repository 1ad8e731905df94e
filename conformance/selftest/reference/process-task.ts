import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { EndReason, LogStream, TaskSpec, TaskState } from '@runvoy/core/provider';
import { checkoutScript, createMasker } from '@runvoy/core/toolkit';
import type { MemoryParts } from '../../../core/test/support/memory-provider.ts';
import { captureLines } from './capture-lines.ts';
import { killEverything, memoryOf } from './processes.ts';

const graceMilliseconds = 10_000;
const memoryPauseMilliseconds = 25;

type Ended = Extract<TaskState, { phase: 'ended' }>;

/** One run of a command. */
export class ProcessTask {
  readonly spec: TaskSpec;
  readonly ref: string;
  state: Exclude<TaskState, { phase: 'absent' }> = { phase: 'pending', detail: 'queued' };
  readonly #parts: MemoryParts;
  readonly #folder = mkdtempSync(join(tmpdir(), 'runvoy-reference-'));
  #child: ChildProcess | undefined;
  /** Why somebody else ends it. */
  #cause: EndReason | undefined;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(spec: TaskSpec, parts: MemoryParts) {
    this.spec = spec;
    this.ref = `task-${spec.executionId}`;
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { spec } = this;
    this.#timers.push(setTimeout(() => this.#end('timed-out'), spec.timeoutSeconds * 1000));
    try {
      const directory = spec.git ? await this.#checkOut() : this.#folder;
      if (directory === undefined)
        return await this.#conclude({ reason: 'start-failed', detail: 'the checkout failed' });
      const words = 'shell' in spec.command ? ['/bin/sh', '-c', spec.command.shell] : spec.command.argv;
      const how = await this.#execute(words, { ...spec.env, ...spec.secretEnv }, directory);
      await this.#conclude(how);
    } catch (error) {
      await this.#conclude({ reason: 'start-failed', detail: (error as Error).message });
    }
  }

  fail(detail: string): void {
    void this.#conclude({ reason: 'start-failed', detail });
  }

  stop(): void {
    if (this.state.phase === 'ended' || this.#cause) return;
    if (this.#child) this.#end('stopped');
    else {
      this.#cause = 'stopped';
      void this.#conclude({ reason: 'stopped' });
    }
  }

  /** Ends it at once, and waits until it is gone. */
  async destroy(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    killEverything(child.pid, 'SIGKILL', this.spec.executionId);
    await exit;
  }

  #end(reason: EndReason): void {
    if (this.state.phase === 'ended' || this.#cause) return;
    this.#cause = reason;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const { executionId } = this.spec;
    killEverything(pid, 'SIGTERM', executionId);
    this.#timers.push(setTimeout(() => killEverything(pid, 'SIGKILL', executionId), graceMilliseconds));
  }

  async #execute(
    [file, ...args]: readonly string[],
    env: Record<string, string>,
    directory: string,
    system?: 'system',
  ): Promise<Partial<Ended> & { reason: EndReason }> {
    const { spec } = this;
    const child = spawn(file!, args, {
      cwd: directory,
      env: { PATH: process.env.PATH, ...env, RUNVOY_EXECUTION_ID: spec.executionId },
      stdio: [system === undefined && spec.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve([code, signal]));
    });
    if (child.pid === undefined) await exited;
    if (system === undefined) {
      this.state = { phase: 'running', startedAt: this.#parts.now() };
      this.#tell();
      this.#watchMemory(child.pid!);
    }
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(spec.stdin);
    const captured = Promise.all([
      this.#capture(child.stdout!, system ?? 'stdout'),
      this.#capture(child.stderr!, system ?? 'stderr'),
    ]);
    const [code, signal] = await exited;
    // What it has left behind keeps the pipes open.
    killEverything(child.pid!, 'SIGKILL', spec.executionId);
    await captured;
    if (code !== null) return { reason: 'exited', exitCode: code };
    return { reason: 'signalled', signal: constants.signals[signal!] };
  }

  #capture(source: Readable, stream: LogStream): Promise<void> {
    const { spec } = this;
    const masker = createMasker([...spec.maskedValues, ...(spec.git?.token ? [spec.git.token] : [])]);
    return captureLines(source, stream, masker, async (lines) => {
      await this.#parts.logs.append(spec.executionId, lines);
      this.#parts.archive(spec.executionId, lines);
    });
  }

  async #checkOut(): Promise<string | undefined> {
    const { url, ref = '', path = '.', token = '' } = this.spec.git!;
    const repository = join(this.#folder, 'repository');
    const directory = join(repository, path);
    if (!`${directory}/`.startsWith(`${repository}/`)) return undefined;
    const env = {
      HOME: this.#folder,
      RUNVOY_GIT_URL: url,
      RUNVOY_GIT_REF: ref,
      RUNVOY_GIT_TOKEN: token,
      RUNVOY_GIT_DIRECTORY: repository,
    };
    const { exitCode } = await this.#execute(['/bin/sh', '-c', checkoutScript], env, this.#folder, 'system');
    return exitCode === 0 && existsSync(directory) ? directory : undefined;
  }

  #watchMemory(pid: number): void {
    const maximum = this.spec.template.memory * 1024 * 1024;
    const timer = setInterval(() => {
      if (memoryOf(pid) <= maximum) return;
      this.#cause ??= 'out-of-memory';
      killEverything(pid, 'SIGKILL', this.spec.executionId);
    }, memoryPauseMilliseconds);
    this.#timers.push(timer);
  }

  async #conclude(how: Partial<Ended> & { reason: EndReason }): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    rmSync(this.#folder, { recursive: true, force: true });
    await this.#parts.logs.append(this.spec.executionId, [], { end: true });
    if (this.state.phase === 'ended') return;
    const startedAt = this.state.phase === 'running' ? { startedAt: this.state.startedAt } : {};
    const cause = this.#cause && this.#cause !== how.reason ? { reason: this.#cause } : how;
    this.state = { phase: 'ended', endedAt: this.#parts.now(), ...startedAt, ...cause };
    this.#tell();
  }

  #tell(): void {
    const { executionId } = this.spec;
    // One whom nobody can deliver to does not end a task.
    this.#parts.emit({ type: 'memory', event: { type: 'task-changed', task: { executionId } } }).catch(() => undefined);
  }
}
