import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { additionalGrants, deployedGrants } from '../support/grants.ts';
import { deployLambdas, image, until, watchSocket } from '../support/lambda-deployment.ts';

interface LogFrame {
  type: string;
  first: number;
  count: number;
  continues?: boolean;
  text: string;
}

/** The frames of protocol 2: a line of JSON, and what comes after it. */
const framesOf = (messages: readonly string[]) =>
  messages.map((message) => {
    const end = message.indexOf('\n');
    return { ...JSON.parse(message.slice(0, end)), text: message.slice(end + 1) } as LogFrame;
  });
const logOf = (messages: readonly string[]) => framesOf(messages).filter(({ type }) => type === 'log');

describe('viewers whose sockets API Gateway holds', () => {
  let ahead = 0;
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  beforeAll(async () => {
    deployment = await deployLambdas({
      now: () => Date.now() + ahead,
      grants: [...deployedGrants, ...additionalGrants],
    });
    await deployment.ask('POST', '/images/register', { image, is_default: true });
  });
  afterAll(() => deployment.close());

  const run = async (command: string) => {
    const { json } = await deployment.ask('POST', '/run', { command });
    return json as { execution_id: string; websocket_url: string };
  };
  const view = (url: string, query = '&protocol=2') => watchSocket(url + query);
  const ended = (viewer: ReturnType<typeof watchSocket>) =>
    until(() => framesOf(viewer.messages).some(({ type }) => type === 'end'));

  test('one that vanished without a word delays nobody, and is forgotten', async () => {
    const { websocket_url: url } = await run('for i in 1 2 3 4 5; do echo line $i; sleep 0.2; done');
    deployment.cloud.knobs.disconnects = { ...deployment.cloud.knobs.disconnects, lose: 1 };
    const [gone, alive] = [view(url), view(url)];
    await Promise.all([gone.opened, alive.opened]);
    await until(() => logOf(gone.messages).length > 0);
    gone.socket.terminate();
    await ended(alive);
    expect(
      logOf(alive.messages)
        .map(({ text }) => text)
        .join(''),
    ).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n');
    await alive.closed;
    deployment.cloud.knobs.disconnects = { ...deployment.cloud.knobs.disconnects, lose: 0 };
  });

  test('lines that are delivered twice and out of turn are each sent once, in one order for all', async () => {
    deployment.cloud.knobs.logs = { ...deployment.cloud.knobs.logs, duplicate: 0.7, jitter: 60, reorder: 0.3 };
    const { websocket_url: url } = await run('i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo line $i; sleep 0.02; done');
    const viewers = [view(url), view(url), view(url)];
    await Promise.all(viewers.map(ended));
    const logs = viewers.map(({ messages }) => logOf(messages));
    for (const frames of logs) {
      let next = 1;
      for (const { first, count } of frames) {
        expect(first).toBe(next);
        next = first + count;
      }
      expect(next).toBe(61);
    }
    const texts = logs.map((frames) => frames.map(({ text }) => text).join(''));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]!.split('\n').sort()).toEqual([...Array.from({ length: 60 }, (_, n) => `line ${n + 1}`), ''].sort());
    deployment.cloud.knobs.logs = { ...deployment.cloud.knobs.logs, duplicate: 0, jitter: 0, reorder: 0 };
  });

  test('a line that is longer than a message may be comes in pieces', async () => {
    const { websocket_url: url } = await run(
      'awk \'BEGIN { for (i = 0; i < 20000; i++) printf "%010d", i; print "" }\'',
    );
    const viewer = view(url);
    await ended(viewer);
    const frames = logOf(viewer.messages);
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.slice(0, -1).every(({ continues }) => continues)).toBe(true);
    const text = frames.map((frame) => (frame.continues ? frame.text.slice(0, -1) : frame.text)).join('');
    expect(text).toBe(`${Array.from({ length: 20_000 }, (_, n) => String(n).padStart(10, '0')).join('')}\n`);
  });

  test('before the gateway closes a socket its viewer is sent to another, and goes on there', async () => {
    const { websocket_url: url, execution_id } = await run('echo one; sleep 1; echo two; sleep 1');
    const viewer = view(url);
    await until(() => logOf(viewer.messages).length > 0);
    ahead = 115 * 60_000;
    await until(() => framesOf(viewer.messages).some(({ type }) => type === 'reconnect'));
    const { json } = await deployment.ask('GET', `/executions/${execution_id}/logs?limit=1`);
    const last = framesOf(viewer.messages).findLast(({ type }) => type === 'log') as unknown as { cursor: string };
    const again = view(json.websocket_url, `&protocol=2&after=${encodeURIComponent(last.cursor)}`);
    await ended(again);
    expect([...logOf(viewer.messages), ...logOf(again.messages)].map(({ text }) => text).join('')).toBe('one\ntwo\n');
    ahead = 0;
  });

  test('a run that has ended is told to whoever comes later', async () => {
    const { execution_id } = await run('echo done; exit 5');
    await until(
      async () => (await deployment.ask('GET', `/executions/${execution_id}/status`)).json.status === 'FAILED',
    );
    const { json } = await deployment.ask('GET', `/executions/${execution_id}/logs?limit=1`);
    const viewer = view(json.websocket_url);
    await ended(viewer);
    expect(framesOf(viewer.messages)).toMatchObject([
      { type: 'status', status: 'FAILED' },
      { type: 'log', text: 'done\n' },
      { type: 'end', exit_code: 5, lines: 1, logs_complete: true },
    ]);
  });
});
