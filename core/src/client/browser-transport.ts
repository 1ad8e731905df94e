import { RunvoyError } from '../contract/errors.ts';
import type { ClientSocket, Transport } from './types.ts';

/** `fetch` and `WebSocket`, for browsers. Without an endpoint: the server that the page came from. */
export function createBrowserTransport(endpoint = ''): Transport {
  const prefix = endpoint.replace(/\/+$/, '');
  return {
    async request({ method, path, headers, body, signal }) {
      const { 'user-agent': _, ...allowed } = headers;
      try {
        const response = await fetch(prefix + path, {
          method,
          headers: allowed,
          ...(body !== undefined && { body }),
          ...(signal && { signal }),
        });
        return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
      } catch (error) {
        if (signal?.aborted) throw new RunvoyError('CANCELLED', 'the request was cancelled', { cause: error });
        throw new RunvoyError('SERVICE_UNAVAILABLE', `cannot reach ${prefix || 'the server'}`, {
          remedy: 'Check the connection, and that the server allows this page (RUNVOY_CORS_ALLOWED_ORIGINS).',
          cause: error,
        });
      }
    },

    openSocket(url) {
      const webSocket = new WebSocket(url);
      const socket: ClientSocket = {
        onmessage: null,
        onclose: null,
        close: (code) => webSocket.close(code),
      };
      webSocket.onmessage = ({ data }) => socket.onmessage?.(data as string);
      webSocket.onclose = ({ code, reason }) => socket.onclose?.({ code, reason });
      return socket;
    },

    async close() {
      // Nothing is kept open between requests.
    },
  };
}
