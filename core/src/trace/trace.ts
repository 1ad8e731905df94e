import type { BackendLogEntry } from '../contract/backend-logs.ts';
import type { ExecutionDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import type { Trace } from '../services.ts';
import { allDocuments } from '../store/all-documents.ts';

/** Everything that one request logged, created and modified. */
export function createTrace({ provider }: { provider: Pick<Provider, 'store' | 'backendLogs'> }): Trace {
  const { store, backendLogs } = provider;

  async function executionsOf(requestId: string, call: CallOptions): Promise<ExecutionDocument[]> {
    const [created, modified] = await Promise.all([
      allDocuments(
        store,
        'executions',
        { index: 'created_by_request', match: { created_by_request_id: requestId } },
        call,
      ),
      allDocuments(
        store,
        'executions',
        { index: 'modified_by_request', match: { modified_by_request_id: requestId } },
        call,
      ),
    ]);
    const byId = new Map([...created, ...modified].map((execution) => [execution.execution_id, execution]));
    return [...byId.values()];
  }

  /** These collections are small and have no index by request. */
  async function touched<C extends 'secrets' | 'users' | 'images'>(
    collection: C,
    requestId: string,
    call: CallOptions,
  ) {
    const documents = await allDocuments(store, collection, { index: 'all' }, call);
    return documents.filter(
      (document) => document.created_by_request_id === requestId || document.modified_by_request_id === requestId,
    );
  }

  return {
    async find(requestId, context) {
      if (!requestId.trim())
        throw new RunvoyError('INVALID_REQUEST', 'request ID is required', {
          field: 'request_id',
          remedy: 'Give the X-Request-Id of the response in question.',
        });
      const call = { requestId: context.requestId, signal: context.signal };
      const [entries, executions, secrets, users, images] = await Promise.all([
        backendLogs?.find(requestId, call) ?? [],
        executionsOf(requestId, call),
        touched('secrets', requestId, call),
        touched('users', requestId, call),
        touched('images', requestId, call),
      ]);
      const logs = entries.map(withOwnTime).sort((a, b) => a.time - b.time);
      return { logs, executions, secrets, users, images };
    },
  };
}

/** An entry says itself when it was written; the platform's time is that of its arrival. */
function withOwnTime(entry: BackendLogEntry): BackendLogEntry {
  let own: unknown;
  try {
    own = (JSON.parse(entry.text) as { time?: unknown } | null)?.time;
  } catch {
    return entry;
  }
  const time = typeof own === 'string' ? Date.parse(own) : own;
  return typeof time === 'number' && Number.isFinite(time) ? { ...entry, time } : entry;
}
