import { setTimeout as delay } from 'node:timers/promises';
import type {
  CallOptions,
  Identities,
  LiveTask,
  Logger,
  PreparedTemplate,
  TaskHandle,
  TaskSpec,
  TaskState,
  Tasks,
  TaskTemplate,
} from '@runvoy/core/provider';
import { RunvoyError } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import { onePage } from '../connect/all-pages.ts';
import type { Clients } from '../connect/clients.ts';
import type { EndRemarks } from './end-remarks.ts';
import { findExecution, listLive } from './executions.ts';
import { serviceAccountOf } from './job-spec.ts';
import { executionPath } from './names.ts';
import { needsSidecar } from './run-request.ts';
import { startJob } from './start-job.ts';
import type { Claim, TaskIndex } from './task-index.ts';
import { taskState } from './task-state.ts';
import type { Templates } from './templates.ts';

const notFound = 5;
const failedPrecondition = 9;
/** A start that another process has begun is waited for this long. */
const patienceMilliseconds = 5000;
/** Longer than RunJob takes and than a list of executions lags: whoever holds a claim without a name by then is dead. */
const claimMilliseconds = 60_000;

export interface TasksParts {
  config: GcpConfig;
  clients: Clients;
  lifecycle: Lifecycle;
  index: TaskIndex;
  templates: Templates;
  identities: Identities;
  remarks: EndRemarks;
  log: Logger;
}

/** Cloud Run Jobs. A task's `ref` is the name of its Cloud Run execution. */
export class CloudRunTasks implements Tasks {
  readonly #parts: TasksParts;

  constructor(parts: TasksParts) {
    this.#parts = parts;
  }

  prepare(template: TaskTemplate, call?: CallOptions): Promise<PreparedTemplate> {
    return this.#settle(call, async () => {
      const { templates, identities, config } = this.#parts;
      const { taskRole, executionRole } = template;
      if (taskRole !== undefined && !(await identities.exists(taskRole, call))) {
        throw new RunvoyError('INVALID_REQUEST', `there is no service account ${serviceAccountOf(config, template)}`, {
          field: 'task_role_name',
          remedy: 'Create it, or give the e-mail address of one that exists.',
        });
      }
      const { job, notes } = await templates.make(template, { hasSidecar: false });
      const ignored =
        executionRole === undefined ? [] : ['the execution role is not used: Cloud Run pulls images itself'];
      return { ref: job, notes: [...notes, ...ignored] };
    });
  }

  forget(ref: string, call?: CallOptions): Promise<void> {
    return this.#settle(call, () => this.#parts.templates.forget(ref));
  }

  templates(call?: CallOptions): Promise<string[]> {
    return this.#settle(call, () => this.#parts.templates.list());
  }

  start(spec: TaskSpec, call?: CallOptions): Promise<{ ref: string; state?: TaskState }> {
    return this.#settle(call, async () => {
      const claim = await this.#parts.index.claim(spec.executionId, call);
      return claim ? this.#resume(spec, claim, call) : this.#run(spec);
    });
  }

  inspect({ executionId, ref }: TaskHandle, call?: CallOptions): Promise<TaskState> {
    return this.#settle(call, async () => {
      if (ref !== undefined && ref !== executionId) return this.#stateOf(executionId, ref, call);
      const claim = await this.#parts.index.find(executionId, call);
      const name = claim && (await this.#nameOf(executionId, claim, call));
      if (name !== undefined) return this.#stateOf(executionId, name, call);
      return claim?.stoppedAt === undefined ? { phase: 'absent' } : stoppedBefore(claim.stoppedAt);
    });
  }

  stop({ executionId, ref }: TaskHandle, call?: CallOptions): Promise<void> {
    return this.#settle(call, async () => {
      const { index } = this.#parts;
      if (ref === executionId) return;
      const known = ref ?? (await index.nameOf(executionId, call));
      if (known !== undefined) return this.#cancel(known);
      const claim = await index.stopUnstarted(executionId, call);
      if (!claim || claim.stoppedAt !== undefined) return;
      const name = await this.#awaitName(executionId, claim, call);
      if (name !== undefined) await this.#cancel(name);
    });
  }

  list(call?: CallOptions): Promise<LiveTask[]> {
    return this.#settle(call, async () => {
      const { clients, config } = this.#parts;
      return listLive(await clients.executions(), config);
    });
  }

  /** By whoever holds the claim. */
  async #run(spec: TaskSpec): Promise<{ ref: string }> {
    const { index, templates, log, ...parts } = this.#parts;
    const { executionId, template } = spec;
    let ref: string;
    try {
      const make = () => templates.make(template, { hasSidecar: needsSidecar(spec) });
      ref = await startJob(parts, spec, make);
    } catch (error) {
      if (isRefusal(error)) await index.release(executionId);
      throw error;
    }
    // Not waited for: whoever needs the name before it is there finds it among the executions.
    index.attach(executionId, ref).catch((error: unknown) => {
      log.warn(
        { execution_id: executionId, task: ref, error },
        'could not note down the name of a Cloud Run execution',
      );
    });
    return { ref };
  }

  /** Somebody has started it, is about to, or died on the way. */
  async #resume(
    spec: TaskSpec,
    claim: Claim,
    call: CallOptions | undefined,
  ): Promise<{ ref: string; state?: TaskState }> {
    const { executionId } = spec;
    if (claim.stoppedAt !== undefined) return { ref: executionId, state: stoppedBefore(claim.stoppedAt) };
    const ref = await this.#awaitName(executionId, claim, call);
    if (ref !== undefined) return { ref };
    const { index } = this.#parts;
    if (Date.now() - claim.claimedAt >= claimMilliseconds && (await index.takeOver(executionId, call)))
      return this.#run(spec);
    throw new RunvoyError('SERVICE_UNAVAILABLE', 'this run is being started by another server', {
      remedy: 'Try again in a minute.',
      retryAfterSeconds: claimMilliseconds / 1000,
    });
  }

  async #awaitName(executionId: string, claim: Claim, call: CallOptions | undefined): Promise<string | undefined> {
    const deadline = Math.min(Date.now() + patienceMilliseconds, claim.claimedAt + claimMilliseconds);
    for (let current: Claim | undefined = claim; current; ) {
      const name = await this.#nameOf(executionId, current, call);
      if (name !== undefined || current.stoppedAt !== undefined || Date.now() >= deadline) return name;
      await this.#parts.lifecycle.settle(delay(200), call);
      current = await this.#parts.index.find(executionId, call);
    }
    return undefined;
  }

  /** From the claim; else from Cloud Run's own list, as its holder may have died between start and note. */
  async #nameOf(executionId: string, claim: Claim, call: CallOptions | undefined): Promise<string | undefined> {
    if (claim.executionName !== undefined || claim.stoppedAt !== undefined) return claim.executionName;
    const { clients, config, index, lifecycle } = this.#parts;
    const search = findExecution(await clients.executions(), config, executionId, claim.claimedAt);
    const found = await lifecycle.settle(search, call);
    if (found !== undefined) await index.attach(executionId, found);
    return found;
  }

  async #stateOf(executionId: string, name: string, call: CallOptions | undefined): Promise<TaskState> {
    const { clients, config, remarks } = this.#parts;
    const path = executionPath(config, name);
    try {
      const [execution] = await (await clients.executions()).getExecution({ name: path });
      if (!execution.completionTime) return taskState(execution, undefined);
      const [[task]] = await (await clients.tasks()).listTasks({ parent: path, pageSize: 1 }, onePage);
      const state = taskState(execution, task);
      return state.phase === 'ended' ? await remarks.explain(executionId, name, state, call) : state;
    } catch (error) {
      if ((error as { code?: number }).code === notFound) return { phase: 'absent' };
      throw error;
    }
  }

  /** Resolves when Cloud Run has accepted it; how the operation ends is the execution's end, and may be called a failure. */
  async #cancel(name: string): Promise<void> {
    const { clients, config } = this.#parts;
    try {
      await (await clients.executions()).cancelExecution({ name: executionPath(config, name) });
    } catch (error) {
      const { code } = error as { code?: number };
      // Over already, or gone with its Job.
      if (code !== failedPrecondition && code !== notFound) throw error;
    }
  }

  async #settle<T>(call: CallOptions | undefined, work: () => Promise<T>): Promise<T> {
    this.#parts.lifecycle.enter(call);
    return this.#parts.lifecycle.settle(work(), call);
  }
}

const stoppedBefore = (stoppedAt: number): TaskState => ({
  phase: 'ended',
  reason: 'stopped',
  endedAt: stoppedAt,
  detail: 'it was stopped before it was started',
});

/** Answers by which Cloud Run has surely not started anything; after any other only its list can tell. */
const refusals = new Set([3, 5, 7, 8, 9, 12, 16]);
const isRefusal = (error: unknown): boolean =>
  error instanceof RunvoyError || refusals.has((error as { code?: number }).code ?? -1);
