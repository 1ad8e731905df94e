import type { ExecutionDocument } from '../contract/collections.ts';

type Listener = (execution: ExecutionDocument) => void;

export interface ChangeFeed {
  publish(execution: ExecutionDocument): void;
  subscribe(executionId: string, listener: Listener): () => void;
}

/** Tells listeners in this process of changes that this process made; other processes are noticed by polling. */
export function createChangeFeed(): ChangeFeed {
  const listeners = new Map<string, Set<Listener>>();
  return {
    publish(execution) {
      for (const listener of listeners.get(execution.execution_id) ?? []) listener(execution);
    },
    subscribe(executionId, listener) {
      const set = listeners.get(executionId) ?? new Set();
      listeners.set(executionId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(executionId) === set) listeners.delete(executionId);
      };
    },
  };
}
