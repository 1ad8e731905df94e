import { createHash } from 'node:crypto';
import {
  type Identities,
  RunvoyError,
  type TaskHandle,
  type TaskSpec,
  type TaskState,
  type Tasks,
  type TaskTemplate,
} from '../../src/provider.ts';

export type EndedState = Extract<TaskState, { phase: 'ended' }>;

export interface TaskControl {
  /** What was started, in order. */
  tasks(): TaskSpec[];
  /** A pending task begins to run. */
  runTask(executionId: string): void;
  /** A task is over; without `end`: by itself, with exit code 0. */
  endTask(executionId: string, end?: Partial<Omit<EndedState, 'phase'>>): void;
  /** Forgets a task, as a cloud does long after its end, or one that lost it. */
  dropTask(executionId: string): void;
  /** While true, `stop` is accepted and the task lives on until `endTask`. Default false: it ends at once. */
  deferStops: boolean;
  /** Execution ids that `stop` was called with, in order. */
  stops: string[];
}

interface Task {
  spec: TaskSpec;
  ref: string;
  state: Exclude<TaskState, { phase: 'absent' }>;
}

/** Reference of the `tasks` facet: a started task stays pending until the control says otherwise. */
export function createMemoryTasks(now: () => number, identities: Identities): { tasks: Tasks; control: TaskControl } {
  const templates = new Set<string>();
  const tasks = new Map<string, Task>();

  const find = (handle: TaskHandle): Task | undefined =>
    tasks.get(handle.executionId) ?? [...tasks.values()].find((task) => task.ref === handle.ref);

  const existing = (executionId: string): Task => {
    const task = tasks.get(executionId);
    if (!task) throw new Error(`no task was started for ${executionId}`);
    return task;
  };

  const end = (task: Task, how: Partial<Omit<EndedState, 'phase'>>): void => {
    if (task.state.phase === 'ended') throw new Error(`${task.spec.executionId} has already ended`);
    const startedAt = task.state.phase === 'running' ? { startedAt: task.state.startedAt } : {};
    const exitCode = (how.reason ?? 'exited') === 'exited' ? { exitCode: 0 } : {};
    task.state = {
      phase: 'ended',
      reason: 'exited',
      endedAt: now(),
      ...startedAt,
      ...exitCode,
      ...how,
    };
  };

  const control: TaskControl = {
    tasks: () => [...tasks.values()].map((task) => task.spec),
    runTask: (executionId) => {
      const task = existing(executionId);
      if (task.state.phase !== 'pending') throw new Error(`${executionId} is ${task.state.phase}`);
      task.state = { phase: 'running', startedAt: now() };
    },
    endTask: (executionId, how = {}) => end(existing(executionId), how),
    dropTask: (executionId) => void tasks.delete(executionId),
    deferStops: false,
    stops: [],
  };

  return {
    control,
    tasks: {
      async prepare(template) {
        await checkTemplate(template, identities);
        const ref = templateRef(template);
        templates.add(ref);
        return { ref };
      },
      async forget(ref) {
        templates.delete(ref);
      },
      async templates() {
        return [...templates];
      },
      async start(spec) {
        let task = tasks.get(spec.executionId);
        if (!task) {
          task = {
            spec: structuredClone(spec),
            ref: `task-${spec.executionId}`,
            state: { phase: 'pending' },
          };
          tasks.set(spec.executionId, task);
        }
        return { ref: task.ref, state: { ...task.state } };
      },
      async inspect(handle) {
        return { ...(find(handle)?.state ?? { phase: 'absent' }) };
      },
      async stop(handle) {
        control.stops.push(handle.executionId);
        const task = find(handle);
        if (task && task.state.phase !== 'ended' && !control.deferStops) end(task, { reason: 'stopped' });
      },
      async list() {
        return [...tasks.values()]
          .filter((task) => task.state.phase !== 'ended')
          .map((task) => ({
            executionId: task.spec.executionId,
            ref: task.ref,
          }));
      },
    },
  };
}

function templateRef(template: TaskTemplate): string {
  const { imageId, image, cpu, memory, platform, taskRole = '', executionRole = '' } = template;
  const text = JSON.stringify([imageId, image, cpu, memory, platform, taskRole, executionRole]);
  return `template-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

async function checkTemplate(template: TaskTemplate, identities: Identities): Promise<void> {
  const invalid = (field: string, message: string, remedy: string) =>
    new RunvoyError('INVALID_REQUEST', message, { field, remedy });
  if (!(template.cpu > 0)) throw invalid('cpu', 'no CPU', 'Ask for at least 1 CPU unit.');
  if (!(template.memory > 0)) throw invalid('memory', 'no memory', 'Ask for at least 1 MiB.');
  if (!['Linux/ARM64', 'Linux/X86_64'].includes(template.platform))
    throw invalid('platform', `no such platform: ${template.platform}`, 'Use Linux/ARM64 or Linux/X86_64.');
  for (const field of ['taskRole', 'executionRole'] as const) {
    const name = template[field];
    if (name !== undefined && !(await identities.exists(name)))
      throw invalid(field, `no such identity: ${name}`, 'Create it first, or name another.');
  }
}
