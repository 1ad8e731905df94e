import type { ExecutionStatus } from '../contract/collections.ts';

const final: ReadonlySet<string> = new Set<ExecutionStatus>(['SUCCEEDED', 'FAILED', 'STOPPED']);

/** Whether an execution of this status never changes again. */
export function isFinal(status: string): boolean {
  return final.has(status);
}
