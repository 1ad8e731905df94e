import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { LogLine, LogStream } from '@runvoy/core/provider';
import { captureLines, type Masker } from './capture-lines.ts';
import { signalTask } from './processes.ts';
import type { TaskEnd } from './run-task.ts';

const graceMilliseconds = 10_000;

interface Order {
  executionId: string;
  words: readonly string[];
  directory: string;
  env: Record<string, string>;
  stdin?: Uint8Array;
  /** Instead of standard output and standard error. */
  stream?: LogStream;
  stopping: AbortSignal;
  masker: Masker | undefined;
  keep(lines: LogLine[]): Promise<void>;
  spawned?(): Promise<void>;
}

/** Runs one program to its end, and ends whatever it leaves behind. Rejects when it cannot be started. */
export async function execute(order: Order): Promise<TaskEnd> {
  const { executionId, words, directory: cwd, stream, stopping, masker, keep } = order;
  const { PATH, HOME } = process.env;
  const [file = '', ...args] = words;
  const env = { PATH, HOME, ...order.env, RUNVOY_EXECUTION_ID: executionId };
  const child = spawn(file, args, { cwd, env, detached: true });
  await once(child, 'spawn');
  const exit = once(child, 'exit');
  child.stdin.on('error', () => {}).end(order.stdin);
  const output = Promise.all([
    captureLines(child.stdout, stream ?? 'stdout', masker, keep),
    captureLines(child.stderr, stream ?? 'stderr', masker, keep),
  ]);

  // #region end
  let kill: NodeJS.Timeout | undefined;
  const stop = () => {
    void signalTask(executionId, 'SIGTERM', child.pid);
    kill = setTimeout(() => signalTask(executionId, 'SIGKILL', child.pid), graceMilliseconds);
  };
  if (stopping.aborted) stop();
  stopping.addEventListener('abort', stop);
  try {
    await order.spawned?.();
    const [code, signal] = (await exit) as [number, null] | [null, NodeJS.Signals];
    // What it has left behind would keep the pipes open.
    await signalTask(executionId, 'SIGKILL', child.pid);
    await output;
    return signal === null
      ? { reason: 'exited', exitCode: code }
      : { reason: 'signalled', signal: constants.signals[signal] };
  } finally {
    stopping.removeEventListener('abort', stop);
    clearTimeout(kill);
  }
  // #endregion
}
