import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { RunvoyError } from '../contract/errors.ts';
import type { App } from './app.ts';
import { describeFailure } from './failure.ts';
import { listen } from './listen.ts';
import { requestIdOf } from './request-id.ts';

export interface NodeServerOptions {
  app: App;
  host: string;
  /** 0: any free one. */
  port: number;
  /** Takes over sockets that ask for an upgrade; without it, such requests are answered like any other. */
  onUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** How long requests that are under way may take when the server closes, and upgraded sockets may stay open. */
  shutdownGraceSeconds: number;
}

export interface NodeServer {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  url: string;
  port: number;
  /** Stops accepting, lets requests finish within the grace, then cuts what is left. Closing twice is no error. */
  close(): Promise<void>;
}

/** Longer than the idle time of the usual load balancers, which would otherwise now and then write into a closed connection. */
const keepAliveMilliseconds = 65_000;
/** Bounds for a client that sends its request slowly on purpose. */
const headersMilliseconds = 15_000;
const requestMilliseconds = 60_000;

/** Serves the app with Node's own HTTP server. Rejects with CONFIGURATION_INVALID when it cannot listen there. */
export async function serveNode(options: NodeServerOptions): Promise<NodeServer> {
  const { app, onUpgrade } = options;
  const listener = getRequestListener(
    (request, { incoming }) => app.fetch(request, { clientAddress: addressOf(incoming as IncomingMessage) }),
    { hostname: options.host, errorHandler: refuseRequest },
  );
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMilliseconds,
      headersTimeout: headersMilliseconds,
      requestTimeout: requestMilliseconds,
    },
    listener,
  );
  /** Connections that have not asked anything yet: Node does not count them as idle. */
  const unused = new Set<Duplex>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  const upgraded = new Set<Duplex>();
  if (onUpgrade) {
    server.on('upgrade', (request, socket, head) => {
      unused.delete(socket);
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
      onUpgrade(request, socket, head);
    });
  }
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://${hostInUrl(options.host)}:${port}`,
    close: () => {
      closing ??= shutDown(server, { unused, upgraded }, options.shutdownGraceSeconds);
      return closing;
    },
  };
}

async function shutDown(
  server: Server,
  sockets: { unused: Set<Duplex>; upgraded: Set<Duplex> },
  graceSeconds: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets.unused) socket.destroy();
  // A connection that was busy just now is idle soon, and nothing else would close it before its keep-alive time is over.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets.upgraded) socket.destroy();
  }, graceSeconds * 1000);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** A request that makes no URL: the app never sees it. */
function refuseRequest(error: unknown): Response {
  const known = error instanceof Error && error.name === 'RequestError';
  const refusal = known
    ? new RunvoyError('INVALID_REQUEST', `the request cannot be understood: ${error.message}`, { field: 'URL' })
    : error;
  const { status, body } = describeFailure(refusal, known ? 'bad request' : 'internal error', requestIdOf(null));
  return new Response(`${JSON.stringify(body)}\n`, { status, headers: { 'Content-Type': 'application/json' } });
}

/** IPv4 addresses of a dual-stack socket come as `::ffff:192.0.2.1`. */
function addressOf(incoming: IncomingMessage): string | undefined {
  const address = incoming.socket.remoteAddress;
  return address?.startsWith('::ffff:') ? address.slice(7) : address;
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
