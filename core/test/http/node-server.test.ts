import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { type NodeServer, type NodeServerOptions, serveNode } from '../../src/http/node-server.ts';
import { failureOf } from '../support/failure-of.ts';
import { createTestApi, keyOf, registerImage, run, type TestApi } from './support.ts';

const open: NodeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(api: TestApi, options: Partial<NodeServerOptions> = {}): Promise<NodeServer> {
  const server = await serveNode({ app: api.app, host: '127.0.0.1', port: 0, shutdownGraceSeconds: 0.2, ...options });
  open.push(server);
  return server;
}

/** Sends bytes as they are and gives everything that comes back until the server closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let received = '';
  for await (const data of socket) received += data;
  return received;
}

test('serves the API over a socket', async () => {
  const api = await createTestApi();
  const { url } = await serve(api);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const health = await fetch(`${url}/api/v1/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });

  await registerImage(api);
  const accepted = await fetch(`${url}/api/v1/run`, {
    method: 'POST',
    headers: { 'X-API-Key': keyOf('admin') },
    body: JSON.stringify({ command: 'true' }),
  });
  expect(accepted.status).toBe(202);
  const { websocket_url } = (await accepted.json()) as { websocket_url: string };
  expect(websocket_url.startsWith(`${url.replace('http', 'ws')}/stream?`)).toBe(true);
  const missing = await fetch(`${url}/api/v1/nothing`);
  expect(missing.status).toBe(404);
});

test('knows the address of its client', async () => {
  const api = await createTestApi();
  const { url } = await serve(api);
  await fetch(`${url}/api/v1/health`);
  expect(api.logged.at(-1)!.fields.client_address).toBe('127.0.0.1');
});

test('a body that is too large is refused before it has been sent', async () => {
  const api = await createTestApi();
  const { port } = await serve(api);
  const head = `POST /api/v1/run HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: ${keyOf('admin')}\r\n`;
  const answer = await exchange(port, `${head}Content-Length: 999999999\r\n\r\n{"command":`);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('PAYLOAD_TOO_LARGE');

  const piece = `8000\r\n${' '.repeat(0x8000)}\r\n`;
  const chunked = await exchange(port, `${head}Transfer-Encoding: chunked\r\n\r\n${piece.repeat(5)}`);
  expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
});

test('requests that make no URL are refused as JSON, and do not disturb others', async () => {
  const api = await createTestApi();
  const { port, url } = await serve(api);
  for (const target of ['*', 'http://[', '/api/v1\\\\health']) {
    const answer = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: 'bad request', code: 'INVALID_REQUEST' });
  }
  const wrongHost = await exchange(port, 'GET /api/v1/health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n');
  expect(wrongHost).toMatch(/^HTTP\/1\.1 400 /);
  const noHost = await exchange(port, 'GET /api/v1/health HTTP/1.0\r\n\r\n');
  expect(noHost).toMatch(/^HTTP\/1\.1 200 /);
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
});

test('a client that hangs up ends the work for it', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const api = await createTestApi({
    change: (runvoy) => ({
      ...runvoy,
      executions: {
        ...runvoy.executions,
        list: (_, context) => {
          started.resolve(context.signal!);
          return new Promise(() => {});
        },
      },
    }),
  });
  const { port } = await serve(api);
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /api/v1/executions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${keyOf('admin')}\r\n\r\n`);
  const signal = await started.promise;
  expect(signal.aborted).toBe(false);
  const aborted = once(signal, 'abort');
  socket.destroy();
  await aborted;
});

test('a long log arrives whole', async () => {
  const api = await createTestApi();
  const { url } = await serve(api);
  await registerImage(api);
  const id = await run(api);
  const lines = Array.from({ length: 200 }, (_, n) => ({
    id: `${n}`,
    time: n,
    stream: 'stdout' as const,
    text: `${n} ${'✓'.repeat(20_000)}`,
  }));
  await api.provider.logs.append(id, lines, { end: true });
  api.provider.control.runTask(id);
  api.provider.control.endTask(id);
  await api.runvoy.executions.refresh({ executionId: id }, 'request');
  const response = await fetch(`${url}/api/v1/executions/${id}/logs`, { headers: { 'X-API-Key': keyOf('admin') } });
  const { events } = (await response.json()) as { events: { message: string }[] };
  expect(events.map(({ message }) => message)).toEqual(lines.map(({ text }) => text));
});

test('a port in use is told with its number and what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  try {
    const api = await createTestApi();
    const failure = await failureOf(serve(api, { port }));
    expect(failure).toMatchObject({ code: 'CONFIGURATION_INVALID', field: 'RUNVOY_PORT' });
    expect(failure.message).toContain(`port ${port} is in use`);
    expect(failure.remedy).toContain('RUNVOY_PORT');
  } finally {
    taken.close();
  }
});

test('an address that is not of this machine is told, too', async () => {
  const api = await createTestApi();
  const failure = await failureOf(serve(api, { host: '192.0.2.1' }));
  expect(failure).toMatchObject({ code: 'CONFIGURATION_INVALID', field: 'RUNVOY_HOST' });
});

test('closing lets requests under way finish, and accepts no others', async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const api = await createTestApi({
    change: (runvoy) => ({
      ...runvoy,
      executions: {
        ...runvoy.executions,
        async list(query, context) {
          started.resolve();
          await release.promise;
          return runvoy.executions.list(query, context);
        },
      },
    }),
  });
  const server = await serve(api, { shutdownGraceSeconds: 30 });
  const response = fetch(`${server.url}/api/v1/executions`, { headers: { 'X-API-Key': keyOf('admin') } });
  await started.promise;
  const closed = server.close();
  await expect(fetch(`${server.url}/api/v1/health`)).rejects.toThrow();
  release.resolve();
  expect((await response).status).toBe(200);
  await closed;
  await server.close();
});

test('closing cuts what is still there when the grace is over', async () => {
  const started = Promise.withResolvers<void>();
  const api = await createTestApi({
    change: (runvoy) => ({
      ...runvoy,
      executions: {
        ...runvoy.executions,
        list() {
          started.resolve();
          return new Promise(() => {});
        },
      },
    }),
  });
  const server = await serve(api);
  const response = fetch(`${server.url}/api/v1/executions`, { headers: { 'X-API-Key': keyOf('admin') } });
  const refused = expect(response).rejects.toThrow();
  await started.promise;
  await server.close();
  await refused;
});

test('idle connections do not keep it open', async () => {
  const api = await createTestApi();
  const server = await serve(api, { shutdownGraceSeconds: 30 });
  const idle = connect(server.port, '127.0.0.1');
  await once(idle, 'connect');
  await fetch(`${server.url}/api/v1/health`);
  await server.close();
  idle.destroy();
});

test('sockets that ask for an upgrade are handed over, and cut with the server', async () => {
  const api = await createTestApi();
  const seen: string[] = [];
  const server = await serve(api, {
    onUpgrade(request: IncomingMessage, socket: Duplex) {
      seen.push(request.url!);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    },
  });
  const client = httpRequest(`${server.url}/stream?x=1`, { headers: { Connection: 'Upgrade', Upgrade: 'echo' } }).end();
  const [, socket] = (await once(client, 'upgrade')) as [IncomingMessage, Socket];
  expect(seen).toEqual(['/stream?x=1']);
  const closed = once(socket, 'close');
  socket.on('error', () => undefined);
  await server.close();
  await closed;
});
