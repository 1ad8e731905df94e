import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface DelayingProxy extends AsyncDisposable {
  /** `host:port`. */
  address: string;
  /** Ends every connection and refuses others. */
  interrupt(): Promise<void>;
  /** Goes on, under the same address. */
  resume(): Promise<void>;
}

/** A way to `target` (`host:port`) on which everything that comes back is late by as many milliseconds. */
export async function openDelayingProxy(target: string, milliseconds: number): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
  const at = target.lastIndexOf(':');
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: target.slice(0, at), port: Number(target.slice(at + 1)), noDelay: true });
    near.pipe(far);
    // Timers of one duration fire in the order in which they were set.
    far.on('data', (chunk) => setTimeout(() => near.write(chunk), milliseconds));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const interrupt = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  const port = await listen(0);
  return {
    address: `127.0.0.1:${port}`,
    interrupt,
    async resume() {
      await listen(port);
    },
    [Symbol.asyncDispose]: interrupt,
  };
}
