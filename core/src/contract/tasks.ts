import type { CallOptions } from './plugin.ts';

/** What a cloud must know of an image configuration before it can run it: a task definition, a Job. */
export interface TaskTemplate {
  imageId: string;
  /** The image reference as registered, e.g. `ghcr.io/acme/tool:1.2`. */
  image: string;
  /** CPU units, 1024 to a core. */
  cpu: number;
  /** MiB. */
  memory: number;
  /** `Linux/ARM64` or `Linux/X86_64`. */
  platform: string;
  /** The identity of the running command. */
  taskRole?: string;
  /** The identity that the cloud uses to pull the image and deliver logs, where that is another one. */
  executionRole?: string;
}

export interface PreparedTemplate {
  /** The cloud's own name for it, stored with the image. */
  ref: string;
  /** What the provider had to change to fit the cloud, e.g. "memory raised to 1024 MiB"; shown to the user. */
  notes?: string[];
}

export interface GitCheckout {
  url: string;
  /** Branch, tag or commit. Absent: the remote's default branch. */
  ref?: string;
  /** Sub-folder that the command runs in. */
  path?: string;
  /** For https remotes. Must appear in no output, no process list and no `.git/config`. */
  token?: string;
}

/** One run. The command is data: it is executed once, and never pasted into a script. */
export interface TaskSpec {
  executionId: string;
  template: TaskTemplate;
  templateRef: string;
  /** Either a text for `/bin/sh -c`, or the exact argument vector. */
  command: { shell: string } | { argv: readonly string[] };
  /** Not secret; may be visible in the cloud's own description of the task. */
  env: Record<string, string>;
  /** Secret; must not be visible there. `secretsBundle` is where core has put the same as one JSON object. */
  secretEnv: Record<string, string>;
  /** Name (it begins with `exec/`, and cannot be guessed) in the `secrets` facet of the JSON object of `secretEnv` (and of git's token as `RUNVOY_GIT_TOKEN`), if there is any. */
  secretsBundle?: string;
  /** Values that must not appear in the task's output; for providers that mask (capability `masking`). */
  maskedValues: readonly string[];
  stdin?: Uint8Array;
  git?: GitCheckout;
  timeoutSeconds: number;
  /** Tags, where the cloud has them. */
  createdBy: string;
}

export interface TaskHandle {
  executionId: string;
  /** What `start` answered; absent when the process that called it died before it could note it down. */
  ref?: string;
}

/** Why a task ended. `detail` beside it is a sentence for people. */
export type EndReason =
  /** By itself, with an exit code. */
  | 'exited'
  /** By a signal that came from inside the task. */
  | 'signalled'
  /** Because `stop` was called, or someone stopped it in the cloud's console. */
  | 'stopped'
  | 'timed-out'
  | 'out-of-memory'
  /** It never ran: image, role, quota, capacity, checkout. */
  | 'start-failed'
  /** It ran, and how it ended cannot be known any more. */
  | 'lost';

export type TaskState =
  /** The cloud knows no such task. */
  | { phase: 'absent' }
  /** Accepted, not running yet. `detail`: queued, provisioning, pulling. */
  | { phase: 'pending'; detail?: string }
  | { phase: 'running'; startedAt: number }
  /** The command is over for good, and `inspect` will say the same from now on. */
  | {
      phase: 'ended';
      reason: EndReason;
      startedAt?: number;
      endedAt: number;
      /** The command's own, 0 to 255, when `reason` is `exited`. */
      exitCode?: number;
      /** Number of the signal, when `reason` is `signalled`. */
      signal?: number;
      detail?: string;
    };

export interface LiveTask {
  executionId: string;
  ref: string;
}

/**
 * Containers (or processes) that run commands.
 *
 * - One attempt only: a task that failed is never started again by the cloud.
 */
export interface Tasks {
  /**
   * Makes whatever a run of this image needs beforehand. Doing it again for the same template gives the same `ref`.
   * Rejects with `INVALID_REQUEST` and a remedy for an image, size, platform or role that can never run.
   */
  prepare(template: TaskTemplate, call?: CallOptions): Promise<PreparedTemplate>;
  /** Undoes `prepare`. One that is not there is no error; tasks that run go on. */
  forget(ref: string, call?: CallOptions): Promise<void>;
  /** The refs of all that `prepare` made and that still exist. */
  templates(call?: CallOptions): Promise<string[]>;
  /**
   * Starts a task and answers when the cloud accepted it. Called again with the same execution id, at any time and from any
   * process, it starts nothing and answers with the same `ref`. A `ref` that is the execution id itself spares core
   * a write: it is not noted down.
   */
  start(spec: TaskSpec, call?: CallOptions): Promise<{ ref: string; state?: TaskState }>;
  /** The truth, by `ref`, or by the execution id alone. */
  inspect(task: TaskHandle, call?: CallOptions): Promise<TaskState>;
  /**
   * Asks for the end, and resolves when the cloud accepted it: SIGTERM, then SIGKILL 10 seconds later, to everything the
   * task started. Works in every phase; a second call, one after the end, or one for a task that is not there, is no error.
   * A provider that can remember a stop that came before the start lets the start end at once; for one that cannot, core
   * stops again what was stopped while it was being started.
   */
  stop(task: TaskHandle, call?: CallOptions): Promise<void>;
  /** Every task of this deployment that has not ended. */
  list(call?: CallOptions): Promise<LiveTask[]>;
}
