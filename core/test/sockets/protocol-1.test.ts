import { expect, test } from 'vitest';
import { executionId, startStreamingServer } from '../support/streaming-server.ts';
import { TestViewer } from '../support/viewer.ts';

const disconnect = '{"type":"disconnect","reason":"execution_completed"}';
const event = (line: number, message: string) =>
  `{"event_id":"${String(line).padStart(12, '0')}","timestamp":1700000000000,"message":${JSON.stringify(message)}}`;

test("sends what upstream's clients expect, byte for byte", async () => {
  await using server = await startStreamingServer();
  await server.append(['one', '', 'tab\t"quotes" <&> \x1b[0m ü']);
  using viewer = new TestViewer(server.url);
  await viewer.until(({ messages }) => messages.length === 3);
  await server.append(['live'], { stream: 'stderr' });
  await viewer.until(({ messages }) => messages.length === 4);
  const before = Date.now();
  await server.finish();
  await viewer.until(({ messages }) => messages.length === 5);
  expect(Date.now() - before).toBeGreaterThanOrEqual(190);
  expect(viewer.messages).toEqual([
    event(1, 'one'),
    event(2, ''),
    event(3, 'tab\t"quotes" <&> \x1b[0m ü'),
    event(4, 'live'),
    disconnect,
  ]);
  await viewer.untilClosed();
  expect(viewer.closed?.code).toBe(1000);
});

test('says nothing else, whatever happens to the run', async () => {
  await using server = await startStreamingServer();
  server.change({ status: 'STARTING' });
  using viewer = new TestViewer(server.url);
  server.change({ status: 'RUNNING' });
  server.change({ status: 'TERMINATING' });
  await server.finish({ status: 'STOPPED', exit_code: 130 });
  await viewer.until(({ messages }) => messages.length > 0);
  expect(viewer.messages).toEqual([disconnect]);
});

test('sends the rest after last_event_id, and everything for an id that it does not know', async () => {
  await using server = await startStreamingServer();
  await server.append(['a', 'b', 'c']);
  await server.finish();
  using rest = new TestViewer(`${server.url}&last_event_id=000000000002`);
  using all = new TestViewer(`${server.url}&last_event_id=38221900000000000000000000000000000000000000000000000001`);
  await Promise.all([rest, all].map((viewer) => viewer.until(({ messages }) => messages.includes(disconnect))));
  expect(rest.messages).toEqual([event(3, 'c'), disconnect]);
  expect(all.messages).toEqual([event(1, 'a'), event(2, 'b'), event(3, 'c'), disconnect]);
});

test('gives a line the same id in the replay, live and over REST', async () => {
  await using server = await startStreamingServer();
  using early = new TestViewer(server.url);
  for (const text of ['a', 'b', 'c']) {
    await server.append([text]);
    await early.until(({ messages }) => messages.some((message) => JSON.parse(message).message === text));
  }
  await server.finish();
  using late = new TestViewer(server.url);
  await late.until(({ messages }) => messages.length === 4);
  await early.until(({ messages }) => messages.length === 4);
  expect(late.messages).toEqual(early.messages);
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/executions/${executionId}/logs?limit=1`);
  const { events } = (await response.json()) as { events: { event_id: string }[] };
  expect(events[0]?.event_id).toBe(JSON.parse(late.messages[0] ?? '').event_id);
});
