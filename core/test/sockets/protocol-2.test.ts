import { expect, test } from 'vitest';
import { decodeCursor } from '../../src/logs/log-position.ts';
import { executionId, startStreamingServer } from '../support/streaming-server.ts';
import { TestViewer } from '../support/viewer.ts';

test('replays what is there, goes on live, and ends with how the run ended', async () => {
  await using server = await startStreamingServer();
  await server.append(['one', '', '{"not":"a frame"}']);
  await server.append(['oops \x1b[31mred\x1b[0m\r'], { stream: 'stderr', time: 1_700_000_000_001 });
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.until(({ messages }) => messages.length === 3);
  await server.append(['live']);
  await viewer.until(({ messages }) => messages.length === 4);
  await server.finish({ status: 'FAILED', exit_code: 42 });
  await viewer.untilClosed();

  const [status, first, second, third, end, ...rest] = viewer.frames;
  expect(status).toEqual({
    type: 'status',
    execution_id: executionId,
    status: 'RUNNING',
    elapsed_ms: expect.any(Number),
  });
  expect(first).toEqual({
    type: 'log',
    cursor: expect.stringMatching(/^[\x21-\x7e]+$/),
    stream: 'stdout',
    first: 1,
    count: 3,
    time: 1_700_000_000_000,
    text: 'one\n\n{"not":"a frame"}\n',
  });
  expect(second).toMatchObject({ stream: 'stderr', first: 4, count: 1, text: 'oops \x1b[31mred\x1b[0m\r\n' });
  expect(third).toMatchObject({ first: 5, count: 1, text: 'live\n' });
  // The change of status is told, too, before the end.
  const finalStatus = end?.type === 'status' ? end : undefined;
  const last = finalStatus ? rest[0] : end;
  expect(last).toEqual({
    type: 'end',
    execution_id: executionId,
    status: 'FAILED',
    exit_code: 42,
    reason: 'exited',
    lines: 5,
    logs_complete: true,
  });
  expect(viewer.closed).toEqual({ code: 1000, reason: 'completed' });
});

test('sends a finished log and its end at once', async () => {
  await using server = await startStreamingServer();
  await server.append(['a', 'b']);
  await server.finish();
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.untilClosed();
  expect(viewer.frames.map((frame) => frame.type)).toEqual(['status', 'log', 'end']);
  expect(viewer.text).toBe('a\nb\n');
});

test('sends lines that arrive between the end of the output and the final record', async () => {
  await using server = await startStreamingServer();
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await server.append(['in time']);
  await server.logs.append(executionId, [], { end: true });
  await viewer.until(({ text }) => text === 'in time\n');
  await server.append(['late']);
  server.change({ status: 'SUCCEEDED', exit_code: 0 });
  await viewer.untilClosed();
  expect(viewer.text).toBe('in time\nlate\n');
  expect(viewer.frames.at(-1)).toMatchObject({ type: 'end', lines: 2 });
});

test('tells what a start waits for, and changes of the status', async () => {
  await using server = await startStreamingServer();
  server.change({ status: 'STARTING' });
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.until(({ frames }) => frames.some((frame) => frame.detail === 'pulling the image'));
  server.change({ status: 'RUNNING' });
  await viewer.until(({ frames }) => frames.at(-1)?.status === 'RUNNING');
  expect(viewer.frames.at(-1)).not.toHaveProperty('detail');
});

test('notices a record that another process made final', async () => {
  await using server = await startStreamingServer();
  await server.append(['x']);
  await server.logs.append(executionId, [], { end: true });
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.until(({ text }) => text === 'x\n');
  server.change({ status: 'STOPPED', exit_code: 130 }, { silently: true });
  await viewer.untilClosed();
  expect(viewer.frames.at(-1)).toMatchObject({ type: 'end', status: 'STOPPED', exit_code: 130 });
});

test('follow=0 sends the lines so far and the status of that moment', async () => {
  await using server = await startStreamingServer();
  await server.append(['so far']);
  using viewer = new TestViewer(`${server.url}&protocol=2&follow=0`);
  await viewer.untilClosed();
  expect(viewer.text).toBe('so far\n');
  expect(viewer.frames.at(-1)).toMatchObject({
    type: 'end',
    status: 'RUNNING',
    exit_code: null,
    lines: 1,
    logs_complete: false,
  });
});

test('keeps frames small, and resumes at every one of them, in the middle of a long line, too', async () => {
  await using server = await startStreamingServer({ settings: { maximumFrameBytes: 4096 } });
  const long = `${'ü'.repeat(5000)}!`;
  const texts = [...Array.from({ length: 700 }, (_, index) => `line ${index}`), long, 'after'];
  await server.append(texts);
  await server.finish();
  using whole = new TestViewer(`${server.url}&protocol=2`);
  await whole.untilClosed();
  for (const message of whole.messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
  expect(printed(whole)).toBe(`${texts.join('\n')}\n`);
  expect(whole.frames.at(-1)).toMatchObject({ lines: 702 });

  const logFrames = whole.frames.filter((frame) => frame.type === 'log');
  expect(logFrames.length).toBeGreaterThan(4);
  for (const [index, frame] of logFrames.entries()) {
    using resumed = new TestViewer(`${server.url}&protocol=2&after=${encodeURIComponent(String(frame.cursor))}`);
    await resumed.untilClosed();
    expect(
      resumed.frames
        .filter(({ type }) => type === 'log')
        .map(({ text }) => text)
        .join(''),
    ).toBe(
      logFrames
        .slice(index + 1)
        .map(({ text }) => text)
        .join(''),
    );
    expect(resumed.frames.at(-1)).toMatchObject({ lines: 702 });
    expect(decodeCursor(executionId, String(frame.cursor)).lines).toBeLessThanOrEqual(702);
  }
});

test('numbers lines over all streams, with a time for each where they differ', async () => {
  await using server = await startStreamingServer();
  await server.logs.append(executionId, [
    { id: 'a', time: 1000, stream: 'stdout', text: 'a' },
    { id: 'b', time: 2000, stream: 'stdout', text: 'b' },
    { id: 'c', time: 3000, stream: 'system', text: 'c' },
  ]);
  await server.finish();
  using viewer = new TestViewer(`${server.url}&protocol=2`);
  await viewer.untilClosed();
  expect(viewer.frames.filter(({ type }) => type === 'log')).toMatchObject([
    { first: 1, count: 2, time: [1000, 2000] },
    { first: 3, count: 1, time: 3000, stream: 'system' },
  ]);
});

function printed({ frames }: TestViewer): string {
  return frames.map(({ text, continues }) => (continues ? String(text).slice(0, -1) : (text ?? ''))).join('');
}
