import { connect, type Socket } from 'node:net';
import { answer } from '../harness/process.ts';

export interface HttpLoad {
  port: number;
  /** The whole request as it goes over the wire. */
  request: string;
  connections: number;
  seconds: number;
  status: number;
}

export type HttpLoadGenerator = {
  /** Keeps every connection busy with one request at a time; resolves to answers per second. */
  run(load: HttpLoad): Promise<number>;
};

/** Plain sockets and prepared bytes: the generator must cost less than the server that it measures. */
async function run({ port, request, connections, seconds, status }: HttpLoad): Promise<number> {
  const bytes = Buffer.from(request);
  const expected = `HTTP/1.1 ${status} `;
  let answers = 0;
  let failure: Error | undefined;
  let over = false;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const start = performance.now();
  for (const socket of sockets) {
    let received = '';
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
      if (!received.startsWith(expected) || (length === undefined && status !== 204)) {
        failure ??= new Error(`unexpected answer: ${received.slice(0, 400)}`);
        return;
      }
      if (received.length < end + 4 + Number(length ?? 0)) return;
      received = '';
      answers++;
      if (!over) socket.write(bytes);
    });
    socket.on('error', (error) => {
      failure ??= error;
    });
    socket.write(bytes);
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  over = true;
  const perSecond = (answers * 1000) / (performance.now() - start);
  for (const socket of sockets) socket.destroy();
  if (failure !== undefined) throw failure;
  return perSecond;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

answer({ run } satisfies HttpLoadGenerator);
