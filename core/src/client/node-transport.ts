import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { RunvoyError } from '../contract/errors.ts';
import type { ClientSocket, Transport, TransportRequest, TransportResponse } from './types.ts';

/** A server that sends nothing for this long is taken for dead. Reconciling a large deployment takes minutes. */
const silenceMilliseconds = 300_000;
const handshakeMilliseconds = 20_000;
const maximumRefusalBytes = 64 * 1024;

/**
 * HTTP and WebSockets as Node has them. Modules are loaded with the first request, synchronously and without `import`: as
 * an ES module `node:http` costs 50 to 80 ms more (it drags in undici), which is more than the rest of a short command.
 */
export function createNodeTransport(endpoint: string): Transport {
  const url = parseEndpoint(endpoint);
  const prefix = url.pathname.replace(/\/+$/, '');
  let agent: Agent | undefined;

  function send(request: TransportRequest, mayRepeat: boolean): Promise<TransportResponse> {
    const { Agent, request: open } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
    agent ??= new Agent({ keepAlive: true });
    return new Promise((resolve, reject) => {
      const body = request.body === undefined ? undefined : Buffer.from(request.body);
      const options: RequestOptions = {
        ...(agent && { agent }),
        method: request.method,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        path: prefix + request.path,
        headers: { ...request.headers, ...(body && { 'content-length': String(body.length) }) },
        ...(request.signal && { signal: request.signal }),
      };
      const outgoing = open(options, (incoming) =>
        readBody(incoming).then((text) => resolve(toResponse(incoming, text)), fail),
      );
      const fail = (error: NodeJS.ErrnoException): void => {
        // The server closed an idle connection at the moment it was used again.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET' && mayRepeat) resolve(send(request, false));
        else reject(unreachable(endpoint, error, request.signal));
      };
      outgoing.on('error', fail);
      outgoing.setTimeout(silenceMilliseconds, () => {
        outgoing.destroy(new Error(`it sent nothing for ${silenceMilliseconds / 1000} s`));
      });
      outgoing.end(body);
    });
  }

  return {
    request: (request) => send(request, request.method === 'GET' || 'idempotency-key' in request.headers),
    openSocket,
    async close() {
      agent?.destroy();
    },
  };
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new RunvoyError('CONFIGURATION_INVALID', `the endpoint ${JSON.stringify(endpoint)} is not an HTTP URL`, {
    field: 'endpoint',
    remedy: 'Give the URL of the server, e.g. https://runvoy.example.com.',
  });
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function toResponse({ statusCode = 0, headers }: IncomingMessage, body: string): TransportResponse {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: statusCode, headers: plain, body };
}

function unreachable(endpoint: string, error: NodeJS.ErrnoException, signal: AbortSignal | undefined): RunvoyError {
  if (signal?.aborted) return new RunvoyError('CANCELLED', 'the request was cancelled', { cause: error });
  // A name with several addresses fails with an error that holds one for each and has no message of its own.
  const reason = error.message || error.code || 'no connection';
  return new RunvoyError('SERVICE_UNAVAILABLE', `cannot reach ${endpoint}: ${reason}`, {
    field: 'endpoint',
    remedy: 'Check that the server runs and that the endpoint is right.',
    cause: error,
  });
}

function openSocket(url: string): ClientSocket {
  let webSocket: WebSocket | undefined;
  let refusal: { status: number; reason: string } | undefined;
  let failure = '';
  let closed = false;
  const socket: ClientSocket = {
    onmessage: null,
    onclose: null,
    pause: () => webSocket?.pause(),
    resume: () => webSocket?.resume(),
    close(code = 1000) {
      closed = true;
      webSocket?.close(code);
    },
  };
  const finish = (code: number, reason: string): void => {
    socket.onclose?.({ code, reason: reason || failure, ...refusal });
  };
  const connect = async (): Promise<void> => {
    const { WebSocket } = await import('ws');
    if (closed) return finish(1000, '');
    // Frames go to the terminal as they are, so checking their UTF-8 is the terminal's business.
    webSocket = new WebSocket(url, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: handshakeMilliseconds,
    });
    webSocket.on('message', (data: RawData) => socket.onmessage?.(data as Buffer));
    webSocket.on('error', (error) => {
      failure = error.message;
    });
    webSocket.on('unexpected-response', (_request, response) => {
      readRefusal(response).then((reason) => {
        refusal = { status: response.statusCode ?? 0, reason };
        // With somebody listening to this event, `ws` leaves ending the handshake to him.
        webSocket?.terminate();
      });
    });
    webSocket.on('close', (code, reason) => finish(code, reason.toString()));
  };
  connect().catch((error: Error) => finish(1006, error.message));
  return socket;
}

async function readRefusal(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > maximumRefusalBytes) break;
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(parts).toString();
}
