import { mapBounded } from '../../concurrency/map-bounded.ts';
import type { ConnectionDocument, ExecutionDocument } from '../../contract/collections.ts';
import type { ProviderEvent } from '../../contract/events.ts';
import type { CallOptions, Logger, Provider } from '../../contract/plugin.ts';
import type { Connection } from '../../contract/sockets.ts';
import { encodeCursor } from '../../logs/log-position.ts';
import type { Executions } from '../../services.ts';
import { allDocuments } from '../../store/all-documents.ts';
import { parseStreamRequest, startOf } from '../stream-request.ts';
import { GatewaySender, type Task } from './gateway-sender.ts';

export interface GatewayDependencies {
  provider: Pick<Provider, 'store' | 'logs' | 'sockets'>;
  executions: Pick<Executions, 'openStream'>;
  log: Logger;
  now(): number;
}

/** Live logs for viewers whose sockets a gateway holds. No process lives as long as they: where each is rests in the store. */
export interface GatewayStreams {
  /**
   * Admits a viewer: rejects with UNAUTHORIZED, FORBIDDEN, NOT_FOUND or INVALID_REQUEST. The gateway opens the socket only once it is
   * told so; what is to be sent first is the work that comes back, which is to be done after that.
   */
  open(
    event: Extract<ProviderEvent, { type: 'socket-opened' }>,
    requestId: string,
    deadline: number,
  ): Promise<() => Promise<void>>;
  closed(connection: Connection, requestId: string): Promise<void>;
  /** Sends every viewer of an execution what is new. A viewer that cannot be served is logged, and disturbs no other. */
  deliver(executionId: string, requestId: string, deadline: number): Promise<void>;
}

const viewersAtOnce = 25;

export function createGatewayStreams({ provider, executions, log, now }: GatewayDependencies): GatewayStreams {
  const { store, logs, sockets } = provider;

  async function send(connection: ConnectionDocument, task: Task, call: CallOptions): Promise<void> {
    if (!sockets) return;
    try {
      await new GatewaySender({ store, logs, sockets, now }, connection, task, call).send();
    } catch (error) {
      const { connection_id, execution_id } = connection;
      log.warn({ request_id: call.requestId, connection_id, execution_id, error }, 'a viewer could not be served');
    }
  }

  return {
    async open({ connection, query, clientAddress }, requestId, deadline) {
      const call = { requestId };
      const request = parseStreamRequest(new URLSearchParams(query));
      const { position, skipLines } = startOf(request);
      const { executionId, protocol, follow } = request;
      const { execution, principal } = await executions.openStream(executionId, request.token, requestId);
      const document: ConnectionDocument = {
        connection_id: connection,
        execution_id: executionId,
        protocol,
        user_email: principal.email,
        ...(clientAddress !== undefined && { client_ip: clientAddress }),
        cursor: encodeCursor(executionId, position),
        expires_at: now() + (sockets?.lifetimeSeconds ?? 0) * 1000,
      };
      await store.insert('connections', document, call);
      const task = { execution, deadline, follow, skipLines };
      return () => send(document, task, call);
    },

    async closed(connection, requestId) {
      await store.remove('connections', connection, { requestId });
    },

    async deliver(executionId, requestId, deadline) {
      const call = { requestId };
      const connections = await allDocuments(
        store,
        'connections',
        { index: 'execution', match: { execution_id: executionId } },
        call,
      );
      if (connections.length === 0) return;
      const execution: ExecutionDocument | undefined = await store.get('executions', executionId, call);
      if (!execution) return;
      await mapBounded(connections, viewersAtOnce, (connection) => send(connection, { execution, deadline }, call));
    },
  };
}
