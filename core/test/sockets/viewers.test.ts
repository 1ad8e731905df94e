import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Logs } from '../../src/provider.ts';
import { createMemoryProvider } from '../support/memory-provider.ts';
import { startStreamingServer, token } from '../support/streaming-server.ts';
import { TestViewer } from '../support/viewer.ts';

test('many viewers share one watch, which ends with the last of them', async () => {
  const { logs } = createMemoryProvider();
  let watching = 0;
  let watches = 0;
  const counted: Logs = {
    ...logs,
    async *watch(...args) {
      watches++;
      watching++;
      try {
        yield* logs.watch(...args);
      } finally {
        watching--;
      }
    },
  };
  await using server = await startStreamingServer({ logs: counted });
  const viewers = Array.from({ length: 20 }, () => new TestViewer(`${server.url}&protocol=2`));
  await server.append(['one', 'two']);
  await Promise.all(viewers.map((viewer) => viewer.until(({ text }) => text === 'one\ntwo\n')));
  expect({ watches, watching }).toEqual({ watches: 1, watching: 1 });
  for (const viewer of viewers) viewer.socket.close();
  await expect.poll(() => watching).toBe(0);
});

test('viewers who come late, resume or fall behind get every line once, from a window far smaller than the log', async () => {
  await using server = await startStreamingServer({ settings: { windowBytes: 2000, maximumFrameBytes: 2048 } });
  const expected: string[] = [];
  const viewers: TestViewer[] = [];
  for (let batch = 0; batch < 60; batch++) {
    const texts = Array.from(
      { length: 17 },
      (_, line) => `batch ${batch} line ${line} ${'x'.repeat((batch * line) % 97)}`,
    );
    expected.push(...texts);
    await server.append(texts, { stream: batch % 3 === 0 ? 'stderr' : 'stdout' });
    if (batch % 10 === 0) viewers.push(new TestViewer(`${server.url}&protocol=2`), new TestViewer(server.url));
    if (batch % 7 === 0) await new Promise(setImmediate);
  }
  await server.finish();
  await Promise.all(
    viewers.map((viewer) => viewer.until(({ messages }) => /"(end|disconnect)"/.test(messages.at(-1) ?? ''))),
  );
  for (const [index, viewer] of viewers.entries()) {
    const lines =
      index % 2 === 0
        ? viewer.text.split('\n').slice(0, -1)
        : viewer.messages.slice(0, -1).map((message) => JSON.parse(message).message);
    expect(lines).toEqual(expected);
    viewer[Symbol.dispose]();
  }
});

test('a viewer that does not read is bounded in memory and holds up nobody; later it is sent away', async () => {
  let time = Date.now();
  await using server = await startStreamingServer({ now: () => time, settings: { stallSeconds: 60 } });
  // A raw socket that asks for the stream and then never reads.
  const stalled = connect(server.port, '127.0.0.1');
  stalled.write(
    `GET ${server.url.slice(server.url.indexOf('/stream'))}&protocol=2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await expect.poll(() => server.sockets.size).toBe(1);
  const [serverSide] = server.sockets;
  using reader = new TestViewer(`${server.url}&protocol=2`);
  const line = 'x'.repeat(10_000);
  for (let batch = 1; batch <= 25; batch++) {
    await server.append(Array.from({ length: 100 }, () => line));
    const received = (): number => reader.messages.reduce((sum, message) => sum + message.length, 0);
    await reader.until(() => received() > batch * 100 * 10_001);
    expect(serverSide!.writableLength).toBeLessThan(2 << 20);
  }
  expect(serverSide!.writableLength).toBeGreaterThan(1 << 19);
  const sockets = (): number => {
    time += 61_000;
    return server.sockets.size;
  };
  await expect.poll(sockets, { timeout: 15_000, interval: 200 }).toBe(1);
  expect(reader.closed).toBeUndefined();
  stalled.destroy();
}, 40_000);

test('sends pings, and asks viewers to reconnect before a limit of the platform', async () => {
  let time = 0;
  await using server = await startStreamingServer({ now: () => time, settings: { maximumSocketSeconds: 3600 } });
  await server.append(['one']);
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.until(({ text }) => text === 'one\n');
  time += 20_000;
  await viewer.until(({ pings }) => pings === 1);
  time += 3_570_000;
  await viewer.untilClosed();
  expect(viewer.frames.at(-1)).toEqual({ type: 'reconnect', reason: 'platform-limit' });
  expect(viewer.closed?.code).toBe(1001);
});

test('sends viewers who may no longer look on to a new connection, and nobody else', async () => {
  let time = 0;
  await using server = await startStreamingServer({ now: () => time });
  await server.append(['one']);
  using revoked = new TestViewer(`${server.url}&protocol=2`);
  await revoked.until(({ text }) => text === 'one\n');
  time += 299_000;
  server.setToken('newer');
  using admitted = new TestViewer(`${server.url.replace(token, 'newer')}&protocol=2`);
  await admitted.until(({ text }) => text === 'one\n');
  expect(revoked.closed).toBeUndefined();
  time += 1000;
  await revoked.untilClosed();
  expect(revoked.frames.at(-1)).toEqual({ type: 'reconnect', reason: 'access-ended' });
  time += 300_000;
  await server.append(['two']);
  await admitted.until(({ text }) => text === 'one\ntwo\n');
  expect(admitted.closed).toBeUndefined();
});

test('closing sends everyone away, and refuses those who come afterwards', async () => {
  await using server = await startStreamingServer();
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  using old = new TestViewer(server.url);
  await viewer.until(({ messages }) => messages.length > 0);
  await expect.poll(() => old.socket.readyState).toBe(1);
  await server.streams.close();
  await Promise.all([viewer.untilClosed(), old.untilClosed()]);
  expect(viewer.frames.at(-1)).toEqual({ type: 'reconnect', reason: 'server-shutdown' });
  expect([viewer.closed?.code, old.closed?.code, old.messages]).toEqual([1001, 1001, []]);
  using late = new TestViewer(`${server.url}&protocol=2`);
  await late.untilClosed();
  expect(late.frames).toEqual([{ type: 'reconnect', reason: 'server-shutdown' }]);
});

test('a failing store is tried again, and nothing is lost', async () => {
  const provider = createMemoryProvider();
  await using server = await startStreamingServer({ logs: provider.logs });
  await server.append(['one']);
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.until(({ text }) => text === 'one\n');
  provider.control.fail('logs.watch', new Error('the store is away'), 2);
  provider.control.fail('logs.read', new Error('the store is away'), 2);
  await server.append(['two']);
  await server.finish();
  await viewer.untilClosed();
  expect(viewer.text).toBe('one\ntwo\n');
});

test('a thousand idle viewers cost next to nothing', async () => {
  await using server = await startStreamingServer();
  await server.append(['hello']);
  const viewers: TestViewer[] = [];
  for (let group = 0; group < 10; group++) {
    const added = Array.from({ length: 100 }, () => new TestViewer(`${server.url}&protocol=2`));
    viewers.push(...added);
    await Promise.all(added.map((viewer) => viewer.until(({ text }) => text === 'hello\n')));
  }
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(400);
  await server.append(['everyone']);
  await Promise.all(viewers.map((viewer) => viewer.until(({ text }) => text.endsWith('everyone\n'))));
  for (const viewer of viewers) viewer[Symbol.dispose]();
}, 30_000);
