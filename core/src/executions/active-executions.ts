import type { ExecutionDocument } from '../contract/collections.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import { allDocuments } from '../store/all-documents.ts';

/** Those that have not ended. */
export function activeExecutions(store: Store, call: CallOptions): Promise<ExecutionDocument[]> {
  const status = ['STARTING', 'RUNNING', 'TERMINATING'];
  return allDocuments(store, 'executions', { index: 'status', match: { status } }, call);
}
