import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';

export interface WireServer {
  readonly port: number;
  /** Called once, before anybody can know the port. */
  serve(handlers: { grpc: grpc.Server; rest: HttpServer }): void;
  /** Opens one more port to the same. */
  open(): Promise<number>;
  /** Ends every connection. */
  close(): void;
}

/** With this every connection of HTTP/2 begins. */
const preface = 'PRI ';

/** Ports of loopback for both wires, without TLS: what speaks HTTP/2 is gRPC, the rest is REST. */
export async function startServer(): Promise<WireServer> {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  let accept = (socket: Socket): void => void socket.destroy();
  const open = async (): Promise<number> => {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
      accept(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.add(server);
    return (server.address() as { port: number }).port;
  };
  return {
    port: await open(),
    open,
    serve({ grpc: grpcServer, rest }) {
      const injector = grpcServer.createConnectionInjector(grpc.ServerCredentials.createInsecure());
      accept = (socket) =>
        socket.once('readable', () => {
          const beginning: Buffer | null = socket.read();
          if (beginning === null) return;
          socket.unshift(beginning);
          if (beginning.toString('latin1', 0, preface.length) === preface) injector.injectConnection(socket);
          else rest.emit('connection', socket);
        });
    },
    close() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
