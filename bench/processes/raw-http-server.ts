import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../harness/process.ts';

export type RawHttpServer = {
  /** Serves the same answer to everything, after having read the request's body; resolves to the port. */
  start(response: { status: number; headers: Record<string, string>; body: string }): Promise<number>;
};

answer({
  start: ({ status, headers, body }) => {
    const bytes = Buffer.from(body);
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes));
    });
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  },
} satisfies RawHttpServer);
