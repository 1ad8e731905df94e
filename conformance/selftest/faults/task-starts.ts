import { RunvoyError, type TaskSpec } from '@runvoy/core/provider';
import { type Fault, roundTrip, sharedBy } from './support/fault.ts';
import { commandFault, endFault, exited, specFault, taskFault } from './support/task-fault.ts';

const again = (spec: TaskSpec, n: number): TaskSpec => ({
  ...spec,
  executionId: `${spec.executionId.slice(0, -2)}f${n}`,
});

export const taskStartFaults: readonly Fault[] = [
  taskFault('starts-each-time', 'start.once', 'Every start starts a task.', (tasks, context) => {
    const starts = sharedBy(context, 'starts', () => new Map<string, number>());
    return {
      async start(spec, call) {
        const n = starts.get(spec.executionId) ?? 0;
        starts.set(spec.executionId, n + 1);
        return tasks.start(n === 0 ? spec : again(spec, n), call);
      },
    };
  }),
  taskFault(
    'starts-after-looking',
    'start.once',
    'start looks whether the task is there, and starts it then.',
    (tasks, context) => {
      const starts = sharedBy(context, 'starts', () => ({ count: 0 }));
      return {
        async start(spec, call) {
          const isThere = (await tasks.inspect({ executionId: spec.executionId })).phase !== 'absent';
          await roundTrip();
          return tasks.start(isThere || starts.count++ === 0 ? spec : again(spec, starts.count), call);
        },
      };
    },
  ),
  taskFault('starts-after-the-end', 'start.after-end', 'The id of a task that has ended is free again.', (tasks) => ({
    async start(spec, call) {
      const { phase } = await tasks.inspect({ executionId: spec.executionId });
      return tasks.start(phase === 'ended' ? again(spec, 1) : spec, call);
    },
  })),
  taskFault('starts-later', 'start.known', 'start answers before the cloud knows the task.', (tasks) => ({
    async start(spec) {
      setTimeout(() => tasks.start(spec).catch(() => undefined), 300).unref();
      return { ref: `task-${spec.executionId}` };
    },
  })),
  taskFault('state-of-its-own', 'start.state', 'start answers with the cloud’s own name of a state.', (tasks) => ({
    start: async (spec, call) => ({ ...(await tasks.start(spec, call)), state: { phase: 'PROVISIONING' } as never }),
  })),
  endFault('codes-mixed-up', 'start.many', 'Exit codes of several tasks are mixed up.', (state) =>
    state.exitCode !== undefined && state.exitCode > 40 && state.exitCode < 50 ? exited(state, 40) : state,
  ),
  taskFault('quota', 'start.many', 'After forty tasks every other is refused.', (tasks, context) => {
    const count = sharedBy(context, 'starts', () => ({ starts: 0 }));
    return {
      async start(spec, call) {
        if (++count.starts > 40) throw new RunvoyError('CAPACITY_EXCEEDED', 'too many tasks');
        return tasks.start(spec, call);
      },
    };
  }),
  taskFault('new-ref-each-time', 'prepare.same-ref', 'Every prepare makes another template.', (tasks, context) => {
    const count = sharedBy(context, 'count', () => ({ templates: 0 }));
    return {
      prepare: (template, call) =>
        tasks.prepare({ ...template, imageId: `${template.imageId}-${count.templates++}` }, call),
    };
  }),
  taskFault('templates-by-image', 'prepare.listed', 'Templates of one image are one.', (tasks) => ({
    prepare: (template, call) => tasks.prepare({ ...template, imageId: template.image }, call),
  })),
  taskFault('templates-a-page', 'prepare.listed', 'templates lists two of them.', (tasks) => ({
    templates: async (call) => (await tasks.templates(call)).slice(0, 2),
  })),
  taskFault('forget-nothing', 'forget.gone', 'forget does nothing.', () => ({ forget: async () => undefined })),
  taskFault('forget-absent-fails', 'forget.absent', 'forget of what is not there fails.', (tasks) => ({
    async forget(ref, call) {
      if (!(await tasks.templates()).includes(ref)) throw new RunvoyError('NOT_FOUND', 'no such template');
      await tasks.forget(ref, call);
    },
  })),
  taskFault('forget-stops', 'forget.running', 'forget ends the tasks of the template.', (tasks) => ({
    async forget(ref, call) {
      for (const task of await tasks.list()) await tasks.stop(task);
      await tasks.forget(ref, call);
    },
  })),
  taskFault('any-image', 'prepare.image', 'An image that does not exist is run as if it did.', (tasks) => ({
    start: (spec, call) => tasks.start({ ...spec, template: { ...spec.template, image: 'reference:1' } }, call),
  })),
  taskFault('any-platform', 'prepare.platform', 'A platform that does not exist is run on another.', (tasks) => ({
    prepare: (template, call) => tasks.prepare({ ...template, platform: 'Linux/ARM64' }, call),
  })),
  taskFault('any-role', 'prepare.role', 'A role that does not exist is left out.', (tasks) => ({
    prepare: ({ taskRole: _role, executionRole: _other, ...template }, call) => tasks.prepare(template, call),
  })),
  taskFault(
    'role-without-remedy',
    'prepare.role',
    'A role that does not exist is refused without a remedy.',
    (tasks) => ({
      async prepare(template, call) {
        if (template.taskRole) throw new RunvoyError('INVALID_REQUEST', 'no such role');
        return tasks.prepare(template, call);
      },
    }),
  ),
  taskFault('notes-of-the-cloud', 'prepare.notes', 'Notes are objects of the cloud.', (tasks) => ({
    prepare: async (template, call) => ({ ...(await tasks.prepare(template, call)), notes: [''] }),
  })),
  specFault('git-not-checked-out', 'git.default', 'Nothing is checked out.', ({ git: _git, ...spec }) => spec),
  ...(['branch', 'tag', 'commit', 'short-commit'] as const).map((what) =>
    specFault(`git-without-${what}`, `git.${what}`, 'The ref is not looked at.', (spec) => withoutRef(spec)),
  ),
  specFault('git-missing-ref', 'git.missing-ref', 'A ref that does not exist gives the default branch.', (spec) =>
    spec.git?.ref?.includes('no') ? withoutRef(spec) : spec,
  ),
  specFault('git-optional', 'git.missing-repository', 'Without its repository the command runs all the same.', (spec) =>
    withoutCheckout(spec, ({ url }) => /no|missing|absent/.test(url)),
  ),
  specFault('git-path-optional', 'git.missing-path', 'Without its folder the command runs in another.', (spec) =>
    spec.git?.path === undefined ? spec : { ...spec, git: withoutPath(spec) },
  ),
  specFault('git-path-outside', 'git.outer-path', 'A path out of the repository is cut back to it.', (spec) =>
    spec.git?.path?.includes('..') ? { ...spec, git: withoutPath(spec) } : spec,
  ),
  specFault('git-ref-as-option', 'git.option', 'A ref that begins with a dash is an option.', (spec) =>
    spec.git?.ref?.startsWith('-') ? withoutRef(spec) : spec,
  ),
  specFault('git-path-ignored', 'git.path', 'The command runs at the top of the checkout.', (spec) =>
    spec.git ? { ...spec, git: withoutPath(spec) } : spec,
  ),
  specFault('git-without-shell', 'git.argv', 'Only a shell text runs in the checkout.', (spec) =>
    'argv' in spec.command ? withoutCheckout(spec, () => true) : spec,
  ),
  specFault('git-token-in-environment', 'git.token', 'The command sees the token of the checkout.', (spec) =>
    spec.git?.token ? { ...spec, env: { ...spec.env, RUNVOY_GIT_TOKEN: spec.git.token }, maskedValues: [] } : spec,
  ),
  commandFault(
    'helpers-outlive',
    'end.background',
    'What a command leaves in the background keeps the task going.',
    (command) =>
      'shell' in command
        ? { argv: ['/bin/sh', '-c', 'sh -c "$1"; code=$?; sleep 300; exit $code', 'sh', command.shell] }
        : command,
  ),
];

function withoutRef(spec: TaskSpec): TaskSpec {
  if (!spec.git) return spec;
  const { ref: _ref, ...git } = spec.git;
  return { ...spec, git };
}

function withoutPath({ git }: TaskSpec) {
  const { path: _path, ...rest } = git!;
  return rest;
}

function withoutCheckout(spec: TaskSpec, applies: (git: NonNullable<TaskSpec['git']>) => boolean): TaskSpec {
  if (!spec.git || !applies(spec.git)) return spec;
  const { git: _git, ...rest } = spec;
  return rest;
}
