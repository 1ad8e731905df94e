import type { Task } from '@aws-sdk/client-ecs';
import {
  type CallOptions,
  type Identities,
  type LiveTask,
  type PreparedTemplate,
  RunvoyError,
  type TaskHandle,
  type TaskSpec,
  type TaskState,
  type Tasks,
  type TaskTemplate,
} from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { Calls } from '../clients/calls.ts';
import type { AwsConfig } from '../config.ts';
import { roleArn } from '../identities/role-arn.ts';
import { type Causes, isOdd } from './causes.ts';
import { definitionOf, isSameDefinition } from './definition.ts';
import type { EarlyStops } from './early-stops.ts';
import { type Ecs, isMissingDefinition, lastPart } from './ecs.ts';
import { runInput } from './run-input.ts';
import { startError } from './start-error.ts';
import type { TaskIds } from './task-ids.ts';
import { hasRunnerScript, taskState } from './task-state.ts';

export interface TasksOptions {
  ecs(): Promise<Ecs>;
  config: AwsConfig;
  lifecycle: Lifecycle;
  calls: Calls;
  taskIds: TaskIds;
  causes: Causes;
  earlyStops: EarlyStops;
  identities: Identities;
  /** The account's number, for the ARNs of roles. */
  account(): Promise<string>;
  now(): number;
}

const familyPrefix = 'runvoy-';
const stopReason = 'Terminated by user via runvoy';
/** ECS shows a task that it has started only after a moment. */
const visibilityPauses = [250, 500, 1000, 1500];
/** How long the last lines of a command may be on their way, which tell why it ended. */
const causePatienceMilliseconds = 45_000;

/** Runs as ECS tasks on Fargate. */
export class AwsTasks implements Tasks {
  readonly #options: TasksOptions;

  constructor(options: TasksOptions) {
    this.#options = options;
  }

  async prepare(template: TaskTemplate, call?: CallOptions): Promise<PreparedTemplate> {
    const { ecs, config, lifecycle } = this.#options;
    lifecycle.enter(call);
    const client = await ecs();
    const [taskRole, executionRole] = await Promise.all([
      this.#roleOf('task_role_name', template.taskRole, config.defaultTaskRole, call),
      this.#roleOf('task_execution_role_name', template.executionRole, config.defaultExecutionRole, call),
    ]);
    const { definition, notes } = definitionOf(template, {
      logGroup: config.runnerLogGroup,
      region: await client.region(),
      sidecarImage: config.sidecarImage,
      ...(taskRole !== undefined && { taskRole }),
      ...(executionRole !== undefined && { executionRole }),
    });
    const family = definition.family as string;
    const existing = await client.definition(family, call);
    if (!existing || !isSameDefinition(existing, definition)) await client.register(definition, call);
    return { ref: family, ...(notes.length > 0 && { notes }) };
  }

  async forget(ref: string, call?: CallOptions): Promise<void> {
    this.#options.lifecycle.enter(call);
    const client = await this.#options.ecs();
    const arns = await client.definitions(ref, call);
    if (arns.length > 0) await client.removeDefinitions(arns, call);
  }

  async templates(call?: CallOptions): Promise<string[]> {
    this.#options.lifecycle.enter(call);
    const arns = await (await this.#options.ecs()).definitions(undefined, call);
    const families = arns.map((arn) => lastPart(arn).replace(/:\d+$/, ''));
    return [...new Set(families)].filter((family) => family.startsWith(familyPrefix));
  }

  async start(spec: TaskSpec, call?: CallOptions): Promise<{ ref: string }> {
    const { ecs, taskIds, lifecycle, earlyStops } = this.#options;
    lifecycle.enter(call);
    const input = runInput(spec, this.#options.config);
    const client = await ecs();
    const run = async (): Promise<string> => {
      const { tasks = [], failures = [] } = await client.run(input, call);
      const arn = tasks[0]?.taskArn;
      if (arn === undefined) throw startError(failures[0]?.reason ?? 'ECS gave no reason');
      return lastPart(arn);
    };
    const started = run().catch(async (error: unknown) => {
      const earlier = earlierTask(error);
      if (earlier !== undefined) return earlier;
      if (!isMissingDefinition(error)) throw error;
      // Removed behind our back.
      await this.prepare(spec.template, call);
      return run();
    });
    const [ref, isStopped] = await Promise.all([started, earlyStops.has(spec.executionId, call)]);
    taskIds.remember(spec.executionId, ref);
    if (isStopped) await client.stop(ref, stopReason, call);
    return { ref };
  }

  async inspect(handle: TaskHandle, call?: CallOptions): Promise<TaskState> {
    this.#options.lifecycle.enter(call);
    const found = await this.#find(handle, call);
    if (!found) return { phase: 'absent' };
    const { task, id } = found;
    const state = taskState(task);
    if (state.phase !== 'ended' || state.reason !== 'exited' || !isOdd(state.exitCode ?? 0) || !hasRunnerScript(task))
      return state;
    const cause = await this.#options.causes.find(handle.executionId, id, call);
    if (cause === undefined && this.#options.now() < state.endedAt + causePatienceMilliseconds) {
      // Its output is not here to the end, so that the end is not known yet either.
      return { phase: 'running', startedAt: state.startedAt ?? state.endedAt };
    }
    if (cause === undefined || cause === 'none') return state;
    const { exitCode: _, ...rest } = state;
    return cause.kind === 'timed-out'
      ? { ...rest, reason: 'timed-out' }
      : { ...rest, reason: 'signalled', signal: cause.signal };
  }

  async stop(handle: TaskHandle, call?: CallOptions): Promise<void> {
    const { lifecycle, ecs, earlyStops } = this.#options;
    lifecycle.enter(call);
    const found = await this.#find(handle, call);
    if (!found && handle.ref === undefined) return earlyStops.note(handle.executionId, call);
    if (!found || taskState(found.task).phase === 'ended') return;
    await (await ecs()).stop(found.id, stopReason, call);
  }

  async list(call?: CallOptions): Promise<LiveTask[]> {
    this.#options.lifecycle.enter(call);
    const client = await this.#options.ecs();
    const lists = await Promise.all(
      (['RUNNING', 'STOPPED'] as const).map((desiredStatus) => client.list({ desiredStatus }, call)),
    );
    const ids = [...new Set(lists.flat())];
    if (ids.length === 0) return [];
    return (await client.describe(ids, call))
      .filter((task) => task.group?.startsWith(`family:${familyPrefix}`) && taskState(task).phase !== 'ended')
      .map((task) => {
        const ref = lastPart(task.taskArn ?? '');
        return { executionId: task.startedBy ?? ref, ref };
      });
  }

  /** By its reference; else one that goes by the execution's own id, as upstream's do; else the one that it has started. */
  async #find({ executionId, ref }: TaskHandle, call?: CallOptions): Promise<{ id: string; task: Task } | undefined> {
    const { taskIds, calls, ecs } = this.#options;
    const client = await ecs();
    const known = ref ?? (await taskIds.taskOf(executionId, call));
    if (known !== undefined) {
      for (const pause of [0, ...visibilityPauses]) {
        if (pause > 0) await calls.pause(pause, call);
        const [task] = await client.describe([known], call);
        if (!task) continue;
        taskIds.remember(executionId, known);
        return { id: known, task };
      }
      return undefined;
    }
    const [own] = isTaskId(executionId) ? await client.describe([executionId], call) : [];
    if (own) return { id: executionId, task: own };
    const started = await taskIds.findTask(executionId, call);
    const [task] = started === undefined ? [] : await client.describe([started], call);
    return task && { id: started as string, task };
  }

  async #roleOf(
    field: string,
    name: string | undefined,
    fallback: string | undefined,
    call?: CallOptions,
  ): Promise<string | undefined> {
    if (name === undefined) return fallback;
    if (!(await this.#options.identities.exists(name, call))) {
      throw new RunvoyError('INVALID_REQUEST', `role ${name} does not exist`, {
        field,
        remedy: 'Create it first, or check its name.',
      });
    }
    return name.startsWith('arn:') ? name : roleArn(await this.#options.account(), name);
  }
}

const isTaskId = (id: string) => /^[\w-]{1,255}$/.test(id);

/** The task of an earlier call with this client token whose other parameters were different. */
function earlierTask(error: unknown): string | undefined {
  const { name, resourceIds } = error as { name?: unknown; resourceIds?: string[] };
  const [arn] = name === 'ConflictException' ? (resourceIds ?? []) : [];
  return arn === undefined ? undefined : lastPart(arn);
}
