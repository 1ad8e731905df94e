import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createClient, createNodeTransport } from '../../src/client/index.ts';
import type { FollowEvent } from '../../src/client/types.ts';

const id = '0123456789abcdef0123456789abcdef';
const event = (number: number) => ({ event_id: `3822${number}`, timestamp: 1000 + number, message: `line ${number}` });

/** Behaves as an upstream server does: protocol 1, events only over REST once a run is over, tokens renewed each time. */
async function startUpstream(onSocket: (socket: WebSocket, connection: number) => void) {
  const state = { status: 'RUNNING', events: [] as ReturnType<typeof event>[], exitCode: null as number | null };
  let connections = 0;
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === `/api/v1/executions/${id}/logs`) return json(response, logs());
    if (path === `/api/v1/executions/${id}/status`) {
      const times = { started_at: new Date(0).toISOString() };
      return json(response, {
        execution_id: id,
        status: state.status,
        command: 'x',
        image_id: 'y',
        exit_code: state.exitCode,
        ...times,
      });
    }
    json(response, { error: 'failed', details: 'not found' }, 404);
  });
  const logs = () =>
    state.status === 'RUNNING'
      ? {
          execution_id: id,
          events: null,
          status: state.status,
          websocket_url: `ws://127.0.0.1:${port}?execution_id=${id}&token=t`,
        }
      : { execution_id: id, events: state.events, status: state.status };
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => onSocket(webSocket, connections++));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    state,
    client: createClient({ transport: createNodeTransport(`http://127.0.0.1:${port}`), apiKey: 'key' }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function collect(events: AsyncIterable<FollowEvent>): Promise<{ text: string; events: FollowEvent[] }> {
  const all: FollowEvent[] = [];
  for await (const one of events) all.push(one);
  const text = all.map((one) => (one.type === 'log' ? Buffer.from(one.text).toString() : '')).join('');
  return { text, events: all };
}

test('converts bare events, replays included, and fetches what came too late for the stream', async () => {
  await using upstream = await startUpstream((socket, connection) => {
    const { state } = upstream;
    if (connection === 0) {
      for (const number of [1, 2]) socket.send(JSON.stringify(event(number)));
      setTimeout(() => socket.close(1001), 50);
      return;
    }
    // The next connection gets everything again.
    for (const number of [1, 2, 3]) socket.send(JSON.stringify(event(number)));
    state.status = 'FAILED';
    state.exitCode = 7;
    state.events = [1, 2, 3, 4].map(event);
    socket.send('{"type":"disconnect","reason":"execution_completed"}');
  });
  const { text, events } = await collect(upstream.client.follow(id));
  expect(text).toBe('line 1\nline 2\nline 3\nline 4\n');
  expect(events.filter(({ type }) => type === 'reconnecting')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ type: 'end', status: 'FAILED', exit_code: 7, lines: 4 });
});

test('reads a finished run over REST', async () => {
  await using upstream = await startUpstream(() => undefined);
  Object.assign(upstream.state, { status: 'SUCCEEDED', exitCode: 0, events: [1, 2].map(event) });
  const { text, events } = await collect(upstream.client.follow(id));
  expect(text).toBe('line 1\nline 2\n');
  expect(events[0]).toMatchObject({ type: 'status', status: 'SUCCEEDED' });
  expect(events.at(-1)).toMatchObject({ type: 'end', exit_code: 0, lines: 2 });
});

test('waits for the end of a run that is being stopped', async () => {
  await using upstream = await startUpstream(() => undefined);
  Object.assign(upstream.state, { status: 'TERMINATING', events: [event(1)] });
  const following = collect(upstream.client.follow(id));
  setTimeout(() => Object.assign(upstream.state, { status: 'STOPPED', exitCode: 130, events: [1, 2].map(event) }), 100);
  const { text, events } = await following;
  expect(text).toBe('line 1\nline 2\n');
  expect(events.at(-1)).toMatchObject({ type: 'end', status: 'STOPPED', exit_code: 130 });
});
