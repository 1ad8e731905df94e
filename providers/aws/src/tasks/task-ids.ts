import type { CallOptions, Store } from '@runvoy/core/provider';
import { type Ecs, lastPart } from './ecs.ts';
import { taskState } from './task-state.ts';

const remembered = 1000;

/**
 * Which task belongs to which execution. An execution of ours starts its task with its own id as `startedBy`, and has the task's id in its
 * record; one of upstream's is called like its task.
 */
export class TaskIds {
  readonly #ecs: () => Promise<Ecs>;
  readonly #store: Store;
  readonly #taskOf = new Map<string, string>();
  readonly #executionOf = new Map<string, string>();
  readonly #asked = new Map<string, Promise<string>>();

  constructor(ecs: () => Promise<Ecs>, store: Store) {
    this.#ecs = ecs;
    this.#store = store;
  }

  remember(executionId: string, taskId: string): void {
    for (const [map, key, value] of [
      [this.#taskOf, executionId, taskId],
      [this.#executionOf, taskId, executionId],
    ] as const) {
      map.set(key, value);
      if (map.size > remembered) map.delete(map.keys().next().value as string);
    }
  }

  /** The task that is known, here or in the record; `undefined` when none is noted down. */
  async taskOf(executionId: string, call?: CallOptions): Promise<string | undefined> {
    const known = this.#taskOf.get(executionId);
    if (known !== undefined) return known;
    const record = await this.#store.get('executions', executionId, call);
    if (record?.task_ref === undefined) return undefined;
    this.remember(executionId, record.task_ref);
    return record.task_ref;
  }

  /** The execution of a task; for one that ECS no longer knows the id itself, as upstream's have it. */
  async executionOf(taskId: string, call?: CallOptions): Promise<string> {
    const known = this.#executionOf.get(taskId);
    if (known !== undefined) return known;
    // One question for all who ask meanwhile, so that none of them overtakes another.
    const asked = this.#asked.get(taskId) ?? this.#ask(taskId, call);
    this.#asked.set(taskId, asked);
    return asked.finally(() => this.#asked.delete(taskId));
  }

  async #ask(taskId: string, call?: CallOptions): Promise<string> {
    const [task] = await (await this.#ecs()).describe([taskId], call);
    if (!task) return taskId;
    const executionId = task.startedBy ?? taskId;
    this.remember(executionId, taskId);
    return executionId;
  }

  /** Whether ECS says that a task is over. */
  async isOver(taskId: string, call?: CallOptions): Promise<boolean> {
    const [task] = await (await this.#ecs()).describe([taskId], call);
    return task !== undefined && taskState(task).phase === 'ended';
  }

  /** The task that was started for an execution, by asking ECS; whoever asks must be allowed to list tasks. */
  async findTask(executionId: string, call?: CallOptions): Promise<string | undefined> {
    const ecs = await this.#ecs();
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const [task] = await ecs.list({ desiredStatus, startedBy: executionId }, call);
      if (task === undefined) continue;
      this.remember(executionId, lastPart(task));
      return lastPart(task);
    }
    return undefined;
  }
}
