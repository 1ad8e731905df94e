import { RunvoyError, type Tasks } from '@runvoy/core/provider';
import type { MemoryParts } from '../../../core/test/support/memory-provider.ts';
import { createMemoryTasks } from '../../../core/test/support/memory-tasks.ts';
import { ProcessTask } from './process-task.ts';

export interface Masker {
  mask(block: Buffer): Buffer;
}

export const runnableImage = 'reference:1';

/** Reference of the `tasks` facet with real commands: processes of this machine, which end with the deployment. */
export function createProcessTasks(parts: MemoryParts): { tasks: Tasks; end(): Promise<void> } {
  const { prepare, forget, templates } = createMemoryTasks(parts.now, parts.identities).tasks;
  const started = new Map<string, ProcessTask>();
  /** Stopped before they were started. */
  const refused = new Set<string>();

  const find = ({ executionId, ref }: { executionId: string; ref?: string }): ProcessTask | undefined =>
    started.get(executionId) ?? [...started.values()].find((task) => task.ref === ref);

  return {
    tasks: {
      async prepare(template, call) {
        if (template.image === '')
          throw new RunvoyError('INVALID_REQUEST', 'no image', { field: 'image', remedy: 'Name one.' });
        return prepare(template, call);
      },
      forget,
      templates,
      async start(spec) {
        let task = started.get(spec.executionId);
        if (!task) {
          task = new ProcessTask(structuredClone(spec), parts);
          started.set(spec.executionId, task);
          if (refused.has(spec.executionId)) task.stop();
          else if (spec.template.image !== runnableImage) task.fail(`there is no image ${spec.template.image}`);
          else void task.run();
        }
        return { ref: task.ref, state: { ...task.state } };
      },
      async inspect(handle) {
        return { ...(find(handle)?.state ?? { phase: 'absent' }) };
      },
      async stop(handle) {
        const task = find(handle);
        if (task) task.stop();
        else refused.add(handle.executionId);
      },
      async list() {
        return [...started.values()]
          .filter(({ state }) => state.phase !== 'ended')
          .map(({ spec: { executionId }, ref }) => ({ executionId, ref }));
      },
    },
    async end() {
      await Promise.all([...started.values()].map((task) => task.destroy()));
    },
  };
}
