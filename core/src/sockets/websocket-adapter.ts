import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { errorCodes, RunvoyError } from '../contract/errors.ts';
import { describeFailure } from '../http/failure.ts';
import { streamPath } from '../http/stream-url.ts';
import { createRequestId } from '../request-id.ts';
import { parseStreamRequest } from './stream-request.ts';
import type { Streams } from './streams.ts';
import type { ViewerSocket } from './viewer-socket.ts';
import { webSocketFrames } from './websocket-frames.ts';

/** Clients send nothing; what they send all the same is read and forgotten, if it is small. */
const maximumIncomingBytes = 4096;
/** A viewer that does not answer a close is cut off after this. */
const closeMilliseconds = 3000;
/** The kernel finds out about dead peers, since a paused client cannot answer pings. */
const keepAliveMilliseconds = 30_000;

/** Handles the upgrades of a Node server: opens streams on `/stream`, refuses everything else with an HTTP answer. */
export function attachWebSockets(streams: Streams): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  let server: Promise<WebSocketServer> | undefined;

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string): Promise<void> {
    const url = new URL(request.url ?? '/', 'ws://localhost');
    if (url.pathname.replace(/\/$/, '') !== streamPath) {
      throw new RunvoyError('NOT_FOUND', `there is no socket at ${url.pathname}`, {
        remedy: `Open the websocket_url that the API gave; its path is ${streamPath}.`,
      });
    }
    const attach = await streams.open(parseStreamRequest(url.searchParams), requestId);
    // Loaded with the first viewer: an API without viewers need not know WebSockets.
    server ??= loadServer();
    const webSockets = await server;
    if (socket.destroyed) return;
    socket.off('error', ignore);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => attach(toViewerSocket(webSocket, socket)));
  }

  return (request, socket, head) => {
    const requestId = createRequestId();
    socket.on('error', ignore);
    upgrade(request, socket, head, requestId).catch((error: unknown) => refuse(socket, error, requestId));
  };
}

const ignore = (): void => undefined;

async function loadServer(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  const options = { noServer: true, perMessageDeflate: false, clientTracking: false, maxPayload: maximumIncomingBytes };
  return new WebSocketServer({ ...options, closeTimeout: closeMilliseconds } as typeof options);
}

function refuse(socket: Duplex, error: unknown, requestId: string): void {
  const { status, body, headers } = describeFailure(error, undefined, requestId);
  const content = Buffer.from(`${JSON.stringify(body)}\n`);
  const lines = [
    `HTTP/1.1 ${status} ${reasonPhrases[status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${content.length}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content]), () => socket.destroy());
}

const reasonPhrases: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  [errorCodes.RATE_LIMITED.status]: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** What many viewers are sent is framed once. Garbage with the array of messages, which lives as long as its log piece. */
const framed = new WeakMap<readonly (string | Uint8Array)[], Buffer>();

function toViewerSocket(webSocket: WebSocket, socket: Duplex): ViewerSocket {
  const closed = new AbortController();
  let corked = false;
  if ('setKeepAlive' in socket) (socket as import('node:net').Socket).setKeepAlive(true, keepAliveMilliseconds);
  webSocket.on('error', ignore);
  webSocket.on('close', () => closed.abort());

  const uncork = (): void => {
    corked = false;
    socket.uncork();
  };

  return {
    closed: closed.signal,
    get bufferedBytes() {
      return socket.writableLength;
    },
    // Straight to the socket under `ws`: without compression `ws` queues nothing, so its own frames cannot get in between.
    send(messages) {
      if (webSocket.readyState !== webSocket.OPEN || messages.length === 0) return;
      let frames = framed.get(messages);
      if (!frames) {
        frames = webSocketFrames(messages);
        framed.set(messages, frames);
      }
      // All that is sent in one turn of the event loop becomes one system call.
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      socket.write(frames);
    },
    async drained() {
      // Also called when the socket is destroyed before.
      await new Promise<void>((resolve) => socket.write('', () => resolve()));
    },
    ping() {
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    },
    close(code, reason) {
      webSocket.close(code, reason);
    },
  };
}
