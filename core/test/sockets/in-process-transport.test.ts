import { expect, test } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { createInProcessTransport } from '../../src/sockets/in-process-transport.ts';
import { openSocketPair } from '../../src/sockets/socket-pair.ts';
import { executionId, type StreamingServer, startStreamingServer } from '../support/streaming-server.ts';

/** A server's answers without its port. */
const transportTo = (server: StreamingServer) =>
  createInProcessTransport({
    streams: server.streams,
    principal: { email: 'ana@example.com', role: 'admin' },
    fetch: async (request, info) => {
      expect(info?.principal?.email).toBe('ana@example.com');
      const { pathname, search } = new URL(request.url);
      return fetch(`http://127.0.0.1:${server.port}${pathname}${search}`);
    },
  });

test('follows without a network, and feels a slow reader', async () => {
  await using server = await startStreamingServer();
  const line = 'x'.repeat(1000);
  await server.append(Array.from({ length: 8000 }, () => line));
  await server.finish({ exit_code: 5, status: 'FAILED' });
  const client = createClient({ transport: transportTo(server) });
  let bytes = 0;
  for await (const event of client.follow(executionId)) {
    if (event.type === 'log') bytes += event.text.length;
    if (event.type === 'end') expect(event).toMatchObject({ exit_code: 5, lines: 8000 });
    await new Promise(setImmediate);
  }
  expect(bytes).toBe(8000 * 1001);
});

test('refuses a bad token like a server does', async () => {
  await using server = await startStreamingServer();
  const socket = transportTo(server).openSocket(server.url.replace('good-token', 'bad'));
  const closed = await new Promise<{ status?: number; reason: string }>((resolve) => {
    socket.onclose = resolve;
  });
  expect(closed.status).toBe(401);
  expect(JSON.parse(closed.reason)).toMatchObject({ code: 'UNAUTHORIZED' });
});

test('a paused client lets messages wait, and gets all of them before the close', async () => {
  const { client, server } = openSocketPair();
  const received: unknown[] = [];
  client.onmessage = (message) => received.push(message);
  const closed = new Promise((resolve) => {
    client.onclose = resolve;
  });
  server.send(['a']);
  client.pause?.();
  server.send(['bb', 'cc']);
  server.close(1000, 'done');
  expect(received).toEqual(['a']);
  expect(server.bufferedBytes).toBe(4);
  client.resume?.();
  await server.drained();
  expect(received).toEqual(['a', 'bb', 'cc']);
  expect(await closed).toEqual({ code: 1000, reason: 'done' });
  expect(server.closed.aborted).toBe(true);
});
