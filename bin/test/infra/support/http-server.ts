import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  status?: number;
  body: string | object;
}

/** A server on this machine that answers with what `answer` returns. */
export async function startHttpServer(
  answer: (request: Received) => Reply,
): Promise<{ host: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    let reply: Reply;
    try {
      reply = answer({
        method: incoming.method!,
        url: new URL(incoming.url!, 'http://simulator'),
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      });
    } catch (error) {
      reply = { status: 501, body: `the simulator failed: ${String(error)}` };
    }
    outgoing.writeHead(reply.status ?? 200);
    outgoing.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
