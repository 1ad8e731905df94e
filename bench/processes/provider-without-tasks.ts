import type { Provider, TaskState, Tasks } from '@runvoy/core/provider';
import local from '@runvoy/local';

const startedAt = Date.now();
const running: TaskState = { phase: 'running', startedAt };

/** Accepts every task at once and runs none: what is left of a run is what core and the store cost. */
const noTasks: Partial<Tasks> = {
  start: async ({ executionId }) => ({ ref: executionId, state: running }),
  inspect: async () => running,
  stop: async () => undefined,
  list: async () => [],
};

export default {
  ...local,
  open: async (...call: Parameters<typeof local.open>): Promise<Provider> => {
    const provider = await local.open(...call);
    const tasks = overriding(provider.tasks, noTasks);
    return overriding(provider, { tasks });
  },
};

/** A proxy rather than a copy: methods keep the object that they belong to. */
function overriding<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get(_, key) {
      const own = Reflect.get(key in replaced ? replaced : target, key);
      return typeof own === 'function' && !(key in replaced) ? own.bind(target) : own;
    },
  });
}
