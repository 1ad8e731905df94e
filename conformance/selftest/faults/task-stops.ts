import { readdirSync, readFileSync } from 'node:fs';
import { RunvoyError, type TaskHandle, type Tasks } from '@runvoy/core/provider';
import { kill } from '../reference/processes.ts';
import type { Fault } from './support/fault.ts';
import { endFault, exited, specFault, taskFault } from './support/task-fault.ts';

const unlessEnded = async (tasks: Tasks, task: TaskHandle, act: () => Promise<void>): Promise<void> => {
  const { phase } = await tasks.inspect(task);
  if (phase !== 'ended') await act();
};

export const taskStopFaults: readonly Fault[] = [
  taskFault('stop-does-nothing', 'stop.running', 'stop is accepted, and nothing stops.', () => ({
    stop: async () => undefined,
  })),
  taskFault(
    'stop-says-done-early',
    'stop.not-early',
    'A task counts as stopped as soon as stop was asked for.',
    (tasks, { shared }) => ({
      async stop(task, call) {
        shared.set(task.executionId, Date.now());
        await tasks.stop(task, call);
      },
      async inspect(task, call) {
        const state = await tasks.inspect(task, call);
        const asked = shared.get(task.executionId) as number | undefined;
        return state.phase === 'running' && asked ? { phase: 'ended', reason: 'stopped', endedAt: asked } : state;
      },
    }),
  ),
  endFault('stopped-is-success', 'stop.running', 'A stopped task has exit code 0.', (state) =>
    state.reason === 'stopped' ? exited(state, 0, 'stopped') : state,
  ),
  endFault('stopped-is-exited', 'stop.exit-zero', 'A stopped task has the reason that its command gave.', (state) =>
    state.reason === 'stopped' ? exited(state, 0) : state,
  ),
  taskFault('stop-by-ref-only', 'stop.by-id', 'stop without a ref does nothing.', (tasks) => ({
    stop: async (task, call) => (task.ref === undefined ? undefined : tasks.stop(task, call)),
  })),
  taskFault(
    'stop-pending-ignored',
    'stop.at-once',
    'stop of a task that was just started does nothing.',
    (tasks, { shared }) => ({
      async start(spec, call) {
        shared.set(spec.executionId, performance.now());
        return tasks.start(spec, call);
      },
      async stop(task, call) {
        const age = performance.now() - ((shared.get(task.executionId) as number | undefined) ?? 0);
        if (age > 200) await tasks.stop(task, call);
      },
    }),
  ),
  taskFault('stop-before-start-forgotten', 'stop.before-start', 'A stop before the start is forgotten.', (tasks) => ({
    async stop(task, call) {
      const { phase } = await tasks.inspect(task);
      if (phase !== 'absent') await tasks.stop(task, call);
    },
  })),
  taskFault('stop-twice-fails', 'stop.twice', 'A second stop fails.', (tasks, { shared }) => ({
    async stop(task, call) {
      if (shared.has(task.executionId)) throw new RunvoyError('CONFLICT', 'it is stopping already');
      shared.set(task.executionId, true);
      await tasks.stop(task, call);
    },
  })),
  taskFault(
    'stop-after-end-counts',
    'stop.after-end',
    'A task that is stopped after its end says stopped.',
    (tasks, { shared }) => ({
      async stop(task, call) {
        shared.set(task.executionId, true);
        await tasks.stop(task, call);
      },
      async inspect(task, call) {
        const state = await tasks.inspect(task, call);
        return state.phase === 'ended' && shared.has(task.executionId) ? { ...state, reason: 'stopped' } : state;
      },
    }),
  ),
  taskFault('stop-unknown-fails', 'stop.unknown', 'stop of an unknown execution fails.', (tasks) => ({
    async stop(task, call) {
      const { phase } = await tasks.inspect(task);
      if (phase === 'absent') throw new RunvoyError('NOT_FOUND', 'no such task');
      await tasks.stop(task, call);
    },
  })),
  taskFault('stop-all', 'stop.not-others', 'stop ends every task of the image.', (tasks) => ({
    async stop(_task, call) {
      for (const task of await tasks.list()) await tasks.stop(task, call);
    },
  })),
  taskFault('stop-kills', 'stop.sigterm', 'stop begins with SIGKILL.', (tasks) => ({
    async stop(task, call) {
      for (const pid of processesOf(task.executionId)) kill(pid, 'SIGKILL');
      await tasks.stop(task, call);
    },
  })),
  taskFault('stop-kills-early', 'stop.sigkill', 'SIGKILL comes two seconds after SIGTERM.', (tasks) => ({
    async stop(task, call) {
      await tasks.stop(task, call);
      setTimeout(() => {
        for (const pid of processesOf(task.executionId)) kill(pid, 'SIGKILL');
      }, 2000).unref();
    },
  })),
  specFault(
    'stop-leaves-children',
    'stop.children',
    'What a command starts leaves its group and cannot be found.',
    (spec) => hidden(spec, 'children'),
  ),
  ...(['grandchildren', 'nohup', 'ignoring-children'] as const).map((what) =>
    specFault(`stop-leaves-${what}`, `stop.${what}`, 'Only the command itself is ended.', (spec) => hidden(spec, what)),
  ),
  taskFault('stop-slow', 'stop.after-end', 'stop after the end fails.', (tasks) => ({
    async stop(task, call) {
      await unlessEnded(tasks, task, async () => tasks.stop(task, call));
      if ((await tasks.inspect(task)).phase === 'ended') throw new RunvoyError('NOT_FOUND', 'no such task');
    },
  })),
];

/** The helper of the command runs in a session of its own, without the mark that it is found by. */
function hidden<S extends { command: unknown }>(spec: S, _what: string): S {
  const command = spec.command as { shell?: string };
  if (command.shell === undefined || !command.shell.includes('LEASH')) return spec;
  const script = `setsid env -u RUNVOY_EXECUTION_ID sh -c 'exec sleep 30 3> "$LEASH"' & ${command.shell.replaceAll('3> "$LEASH"', '')}`;
  return { ...spec, command: { shell: script } };
}

function processesOf(executionId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`).includes(`RUNVOY_EXECUTION_ID=${executionId}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
