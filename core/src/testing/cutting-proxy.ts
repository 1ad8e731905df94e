import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy extends AsyncDisposable {
  url: string;
  /** Connections cut so far. */
  readonly cuts: number;
}

/** Stands before a server, and cuts each connection after as many bytes of answers as `budgetOf` says. */
export async function startCuttingProxy(target: string, budgetOf: () => number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((incoming) => {
    const outgoing = connect(Number(new URL(target).port), '127.0.0.1');
    let budget = budgetOf();
    for (const socket of [incoming, outgoing]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing);
    outgoing.on('data', (data: Buffer) => {
      budget -= data.length;
      if (budget >= 0) {
        if (incoming.write(data)) return;
        outgoing.pause();
        incoming.once('drain', () => outgoing.resume());
        return;
      }
      cuts++;
      // A part of what came arrives, as when a network goes away in the middle of it.
      incoming.end(data.subarray(0, budget), () => incoming.destroy());
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
