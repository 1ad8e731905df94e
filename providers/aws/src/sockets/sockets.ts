import {
  ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiClientConfig,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { CallOptions, Connection } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';
import { isNamed } from '../clients/is-named.ts';

/** Viewers' sockets, held by API Gateway. */
export class GatewaySockets {
  readonly #client: ApiGatewayManagementApiClient;
  readonly #calls: Calls;
  /** The last call for a connection, which the next one waits for. */
  readonly #last = new Map<Connection, Promise<unknown>>();

  constructor(config: ApiGatewayManagementApiClientConfig, calls: Calls) {
    this.#client = new ApiGatewayManagementApiClient(config);
    this.#calls = calls;
  }

  push(connection: Connection, text: string, call?: CallOptions): Promise<'sent' | 'gone'> {
    const command = new PostToConnectionCommand({ ConnectionId: connection, Data: Buffer.from(text) });
    return this.#inTurn(connection, async () => {
      try {
        await this.#calls.run((options) => this.#client.send(command, options), call);
        return 'sent';
      } catch (error) {
        if (isGone(error)) return 'gone';
        throw error;
      }
    });
  }

  close(connection: Connection, call?: CallOptions): Promise<void> {
    const command = new DeleteConnectionCommand({ ConnectionId: connection });
    return this.#inTurn(connection, async () => {
      try {
        await this.#calls.run((options) => this.#client.send(command, options), call);
      } catch (error) {
        // Upstream's role may only send. Clients close after the message that ends a stream.
        if (!isGone(error) && !isNamed(error, 'ForbiddenException')) throw error;
      }
    });
  }

  end(): void {
    this.#client.destroy();
  }

  #inTurn<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(connection) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(connection, turn);
    const forget = () => {
      if (this.#last.get(connection) === turn) this.#last.delete(connection);
    };
    turn.then(forget, forget);
    return turn;
  }
}

function isGone(error: unknown): boolean {
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: unknown } };
  return name === 'GoneException' || $metadata?.httpStatusCode === 410;
}
