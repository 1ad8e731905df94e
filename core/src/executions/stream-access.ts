import type { ExecutionDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import { randomHex } from '../random-hex.ts';
import type { Executions } from '../services.ts';
import { signStreamToken, verifyStreamToken } from './stream-token.ts';

export interface StreamAccessDependencies {
  store: Store;
  now(): number;
  isRevoked(email: string, call: CallOptions): Promise<boolean>;
}

/** Who may open the log stream of an execution, by token. */
export function createStreamAccess({
  store,
  now,
  isRevoked,
}: StreamAccessDependencies): Pick<Executions, 'streamToken' | 'openStream'> {
  /** Records of upstream have none: it is added when first needed, by whoever comes first. */
  async function streamKey({ execution_id, stream_key }: ExecutionDocument): Promise<string> {
    if (stream_key !== undefined) return stream_key;
    const proposed = randomHex(24);
    const change = { set: { stream_key: proposed }, when: { stream_key: null } };
    const updated = await store.update('executions', execution_id, change);
    return updated?.stream_key ?? (await store.get('executions', execution_id))?.stream_key ?? proposed;
  }

  return {
    async streamToken(execution, principal) {
      const { execution_id } = execution;
      return signStreamToken({ execution_id, stream_key: await streamKey(execution) }, principal, now());
    },

    async openStream(executionId, token, requestId) {
      const call = { requestId };
      const execution = await store.get('executions', executionId, call);
      // A token and an execution that do not fit tell the caller nothing about which executions exist.
      if (!execution?.stream_key) {
        throw new RunvoyError('UNAUTHORIZED', 'the stream token is not valid', { field: 'token' });
      }
      const { email, role } = verifyStreamToken({ ...execution, stream_key: execution.stream_key }, token, now());
      if (await isRevoked(email, call)) {
        throw new RunvoyError('API_KEY_REVOKED', 'API key has been revoked', {
          field: 'token',
          remedy: 'Ask an administrator to invite you again.',
        });
      }
      return { execution, principal: { email, role } };
    },
  };
}
