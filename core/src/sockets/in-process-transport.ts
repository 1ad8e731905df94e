import type { ClientSocket, Transport } from '../client/types.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { App } from '../http/app.ts';
import { describeFailure } from '../http/failure.ts';
import { createRequestId } from '../request-id.ts';
import type { Principal } from '../services.ts';
import { openSocketPair } from './socket-pair.ts';
import { parseStreamRequest } from './stream-request.ts';
import type { Streams } from './streams.ts';

export interface InProcessOptions {
  fetch: App['fetch'];
  streams: Streams;
  /** Who the requests come from. */
  principal: Principal;
}

/** A client's way to a server in the same process: no port, no key, no copy of what is streamed. */
export function createInProcessTransport({ fetch, streams, principal }: InProcessOptions): Transport {
  return {
    async request({ method, path, headers, body, signal }) {
      const request = new Request(`http://localhost${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
      const response = await fetch(request, { principal });
      if (signal?.aborted) throw new RunvoyError('CANCELLED', 'the request was cancelled');
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
    },

    openSocket(url): ClientSocket {
      const { client, server, refuse } = openSocketPair();
      const requestId = createRequestId();
      const open = async (): Promise<void> => {
        const attach = await streams.open(parseStreamRequest(new URL(url).searchParams), requestId);
        attach(server);
      };
      open().catch((error: unknown) => {
        const { status, body } = describeFailure(error, undefined, requestId);
        refuse(status, JSON.stringify(body));
      });
      return client;
    },

    async close() {
      // The server side is closed by whoever opened it.
    },
  };
}
