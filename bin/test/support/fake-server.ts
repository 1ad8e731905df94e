import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON, a text as it is; absent: nothing. */
  body?: unknown;
}

/** What the other end of a log stream does; it gets the URL that was opened. */
export type Stream = (socket: StreamSocket, url: URL) => void | Promise<void>;

export interface StreamSocket {
  /** A frame of protocol 2: the header as JSON, then the lines. */
  frame(header: object, text?: string): void;
  close(): void;
  readonly closed: Promise<void>;
}

export interface FakeServer {
  url: string;
  requests: ReceivedRequest[];
  streams: URL[];
  close(): Promise<void>;
}

/** A server that answers what a test says: `routes` by `METHOD /path`, and the log stream. */
export async function startFakeServer(
  routes: Record<string, Answer | ((request: ReceivedRequest) => Answer | Promise<Answer>)>,
  stream?: Stream,
): Promise<FakeServer> {
  const requests: ReceivedRequest[] = [];
  const streams: URL[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const request = {
      method: incoming.method!,
      path: incoming.url!,
      headers: incoming.headers,
      body: text && JSON.parse(text),
    };
    requests.push(request);
    const route = routes[`${request.method} ${decodeURIComponent(request.path.split('?')[0]!)}`] ?? {
      status: 404,
      body: { error: 'no such route', code: 'NOT_FOUND', details: request.path },
    };
    const answer = typeof route === 'function' ? await route(request) : route;
    outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    outgoing.end(
      answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body),
    );
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming, socket: Socket) => {
    const url = new URL(incoming.url!, 'http://server');
    streams.push(url);
    const accept = createHash('sha1')
      .update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.resume();
    void stream?.(
      {
        frame: (header, text) =>
          void socket.write(textFrame(JSON.stringify(header) + (text === undefined ? '' : `\n${text}`))),
        close: () => void socket.destroy(),
        closed,
      },
      url,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    streams,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One unfragmented text message of a server (RFC 6455 §5.2). */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : payload.length < 65_536
        ? Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff])
        : Buffer.concat([Buffer.from([0x81, 127, 0, 0, 0, 0]), uint32(payload.length)]);
  return Buffer.concat([header, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
