import type { EndReason, TaskSpec, TaskState, Tasks } from '@runvoy/core/provider';
import { type Fault, type FaultContext, faultsIn } from './fault.ts';

export type Ended = Extract<TaskState, { phase: 'ended' }>;

const inTasks = faultsIn('tasks');

export const taskFault = (
  id: string,
  caughtBy: string,
  sentence: string,
  change: (tasks: Tasks, context: FaultContext) => Partial<Tasks>,
): Fault => inTasks(id, caughtBy.startsWith('logs.') ? caughtBy : `tasks.${caughtBy}`, sentence, change);

/** What becomes of the task before it is started. */
export const specFault = (
  id: string,
  caughtBy: string,
  sentence: string,
  change: (spec: TaskSpec) => TaskSpec,
): Fault =>
  taskFault(id, caughtBy, sentence, (tasks) => ({ start: async (spec, call) => tasks.start(change(spec), call) }));

/** What becomes of the command, wherever it is. */
export const commandFault = (
  id: string,
  caughtBy: string,
  sentence: string,
  change: (command: TaskSpec['command']) => TaskSpec['command'],
): Fault => specFault(id, caughtBy, sentence, (spec) => ({ ...spec, command: change(spec.command) }));

export const endFault = (id: string, caughtBy: string, sentence: string, change: (state: Ended) => Ended): Fault =>
  taskFault(id, caughtBy, sentence, (tasks) => ({
    async inspect(task, call) {
      const state = await tasks.inspect(task, call);
      return state.phase === 'ended' ? change(state) : state;
    },
  }));

export const exited = (state: Ended, exitCode: number, reason: EndReason = 'exited'): Ended => {
  const { signal: _signal, ...rest } = state;
  return { ...rest, reason, exitCode };
};
