import type { Fault } from './support/fault.ts';
import { endFault, exited, specFault, taskFault } from './support/task-fault.ts';

const hour = 3_600_000;

const codeFault = (code: number, id: string, sentence: string, seen: Parameters<typeof endFault>[3]): Fault =>
  endFault(id, `exit.${code}`, sentence, (state) => (state.exitCode === code ? seen(state) : state));

const signalFault = (signal: number, id: string, sentence: string): Fault =>
  endFault(id, `signal.${signal}`, sentence, (state) =>
    state.signal === signal ? exited(state, 128 + signal) : state,
  );

export const taskEndFaults: readonly Fault[] = [
  codeFault(0, 'success-without-code', 'A success has no exit code.', ({ exitCode: _none, ...state }) => state),
  codeFault(1, 'failure-is-success', 'The exit code is that of the wrapper, which succeeds.', (state) =>
    exited(state, 0),
  ),
  endFault('codes-are-one', 'exit.42', 'Every failure has the exit code 1.', (state) =>
    state.exitCode === undefined ? state : exited(state, Math.min(1, state.exitCode)),
  ),
  codeFault(124, 'own-124', 'An exit code of 124 is taken for a time-out.', ({ exitCode: _none, ...state }) => ({
    ...state,
    reason: 'timed-out',
  })),
  codeFault(137, 'own-137', 'An exit code of 137 is taken for lack of memory.', (state) => ({
    ...state,
    reason: 'out-of-memory',
  })),
  codeFault(143, 'own-143', 'An exit code of 143 is taken for a stop.', (state) => ({ ...state, reason: 'stopped' })),
  codeFault(255, 'signed-codes', 'Exit codes are signed bytes.', (state) => exited(state, -1)),
  signalFault(15, 'sigterm-as-code', 'SIGTERM from inside is reported as exit code 143.'),
  signalFault(9, 'sigkill-as-code', 'SIGKILL from inside is reported as exit code 137.'),
  signalFault(11, 'sigsegv-as-code', 'A crash is reported as exit code 139.'),
  specFault('code-of-a-part', 'exit.last-command', 'The first command that fails ends a shell text.', (spec) =>
    'shell' in spec.command && spec.command.shell.startsWith('true')
      ? { ...spec, command: { shell: spec.command.shell.replace(/ \|\| .*/, '') } }
      : spec,
  ),
  endFault('missing-in-shell', 'missing.in-shell', 'Exit code 127 is reported as a failed start.', (state) =>
    state.exitCode === 127 ? { ...exited(state, 1), reason: 'start-failed' } : state,
  ),
  endFault(
    'missing-without-detail',
    'missing.argv',
    'A failed start does not say why.',
    ({ detail: _none, ...state }) => state,
  ),
  endFault('timeout-is-success', 'timeout.ends', 'A task that ran out of time has exit code 0.', (state) =>
    state.reason === 'timed-out' ? exited(state, 0) : state,
  ),
  endFault('timeout-is-stop', 'timeout.stubborn', 'A task that ran out of time says stopped.', (state) =>
    state.reason === 'timed-out' ? { ...state, reason: 'stopped' } : state,
  ),
  specFault('timeout-ignored', 'timeout.ends', 'Nobody looks at timeoutSeconds.', (spec) => ({
    ...spec,
    timeoutSeconds: 600,
  })),
  endFault('memory-is-signal', 'memory', 'A task that used too much memory says that it was killed.', (state) =>
    state.reason === 'out-of-memory' ? { ...state, reason: 'signalled', signal: 9 } : state,
  ),
  specFault('tries-again', 'one-attempt', 'A command that fails is tried once more.', (spec) =>
    'shell' in spec.command
      ? { ...spec, command: { argv: ['/bin/sh', '-c', 'sh -c "$1" || sh -c "$1"', 'sh', spec.command.shell] } }
      : spec,
  ),
  taskFault('absent-fails', 'inspect.absent', 'inspect of an unknown execution says that it is lost.', (tasks) => ({
    async inspect(task, call) {
      const state = await tasks.inspect(task, call);
      return state.phase === 'absent' ? { phase: 'ended', reason: 'lost', endedAt: Date.now() } : state;
    },
  })),
  taskFault('known-by-ref-only', 'inspect.by-id', 'Without its ref a task is not found.', (tasks) => ({
    inspect: async (task, call) => (task.ref === undefined ? { phase: 'absent' } : tasks.inspect(task, call)),
  })),
  taskFault('running-in-seconds', 'inspect.running', 'The time when a task began is in seconds.', (tasks) => ({
    async inspect(task, call) {
      const state = await tasks.inspect(task, call);
      return state.phase === 'running' ? { ...state, startedAt: Math.floor(state.startedAt / 1000) } : state;
    },
  })),
  endFault('times-of-looking', 'inspect.times', 'A task began when it was accepted, an hour ago.', (state) => ({
    ...state,
    startedAt: state.endedAt - hour,
  })),
  endFault('end-moves', 'inspect.stable', 'The time of the end is that of looking.', (state) => ({
    ...state,
    endedAt: state.endedAt + Math.round(performance.now() * 1000),
  })),
  taskFault(
    'ends-are-forgotten',
    'inspect.stable',
    'Another connection knows nothing of how a task ended.',
    (tasks) => {
      const own = new Set<string>();
      return {
        async start(spec, call) {
          own.add(spec.executionId);
          return tasks.start(spec, call);
        },
        async inspect(task, call) {
          const state = await tasks.inspect(task, call);
          return state.phase === 'ended' && !own.has(task.executionId) ? { phase: 'absent' } : state;
        },
      };
    },
  ),
  taskFault('lists-ended', 'list.lives', 'list gives what has ended too.', (tasks, { shared }) => ({
    async start(spec, call) {
      const started = await tasks.start(spec, call);
      shared.set(spec.executionId, started.ref);
      return started;
    },
    list: async () => [...shared].map(([executionId, ref]) => ({ executionId, ref: ref as string })),
  })),
  taskFault('lists-stopped', 'list.ended', 'A task that was stopped stays in the list.', (tasks, { shared }) => ({
    async stop(task, call) {
      await tasks.stop(task, call);
      shared.set(task.executionId, task.ref ?? 'ref');
    },
    list: async (call) => [
      ...(await tasks.list(call)),
      ...[...shared].map(([executionId, ref]) => ({ executionId, ref: ref as string })),
    ],
  })),
  taskFault('lists-a-page', 'list.lives', 'list gives the newest two.', (tasks) => ({
    list: async (call) => (await tasks.list(call)).slice(-2),
  })),
  taskFault('one-ref', 'ref.form', 'Every task has the ref of its image.', (tasks) => ({
    start: async (spec, call) => ({ ...(await tasks.start(spec, call)), ref: spec.template.image }),
  })),
];
