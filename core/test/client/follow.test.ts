import { expect, test } from 'vitest';
import { createClient, createNodeTransport } from '../../src/client/index.ts';
import type { Client, FollowEvent, FollowOptions } from '../../src/client/types.ts';
import { isRunvoyError } from '../../src/provider.ts';
import { executionId, type StreamingServer, startStreamingServer } from '../support/streaming-server.ts';

const clientOf = (server: StreamingServer): Client =>
  createClient({ transport: createNodeTransport(`http://127.0.0.1:${server.port}`), apiKey: 'key' });

class Follower {
  readonly events: FollowEvent[] = [];
  readonly done: Promise<this>;
  #waiters = new Set<() => void>();

  constructor(client: Client, options?: FollowOptions) {
    this.done = (async () => {
      for await (const event of client.follow(executionId, options)) {
        this.events.push(event);
        for (const resolve of this.#waiters) resolve();
        this.#waiters.clear();
      }
      return this;
    })();
  }

  get text(): string {
    return this.events.map((event) => (event.type === 'log' ? Buffer.from(event.text).toString() : '')).join('');
  }

  async until(condition: (follower: this) => boolean): Promise<void> {
    while (!condition(this))
      await Promise.race([new Promise<void>((resolve) => this.#waiters.add(resolve)), this.done]);
  }
}

test('yields the status, the lines and the end', async () => {
  await using server = await startStreamingServer();
  await server.append(['one', '', 'three']);
  const follower = new Follower(clientOf(server));
  await follower.until(({ text }) => text === 'one\n\nthree\n');
  await server.append(['four'], { stream: 'stderr' });
  await server.finish({ status: 'FAILED', exit_code: 3 });
  await follower.done;
  expect(follower.events[0]).toMatchObject({ type: 'status', status: 'RUNNING' });
  expect(follower.text).toBe('one\n\nthree\nfour\n');
  expect(follower.events.at(-1)).toMatchObject({ type: 'end', status: 'FAILED', exit_code: 3, lines: 4 });
});

test('comes back after a cut, and loses and repeats nothing', async () => {
  await using server = await startStreamingServer();
  const follower = new Follower(clientOf(server));
  for (let line = 0; line < 10; line++) {
    await server.append([`line ${line}`]);
    await follower.until(({ text }) => text.includes(`line ${line}\n`));
    server.cut();
  }
  await server.finish();
  await follower.done;
  expect(follower.text).toBe(Array.from({ length: 10 }, (_, line) => `line ${line}\n`).join(''));
  expect(follower.events.filter(({ type }) => type === 'reconnecting').length).toBeGreaterThanOrEqual(10);
});

test('survives a restart of the server', async () => {
  await using server = await startStreamingServer();
  await server.append(['before']);
  const follower = new Follower(clientOf(server));
  await follower.until(({ text }) => text === 'before\n');
  await server.restart();
  await server.append(['after']);
  await server.finish();
  await follower.done;
  expect(follower.text).toBe('before\nafter\n');
  expect(follower.events).toContainEqual({ type: 'reconnecting', attempt: 1, reason: 'server-shutdown' });
});

test('asks for a new URL when the token is not good any more', async () => {
  await using server = await startStreamingServer();
  await server.append(['before']);
  const follower = new Follower(clientOf(server));
  await follower.until(({ text }) => text === 'before\n');
  server.setToken('newer');
  server.cut();
  await server.append(['after']);
  await follower.until(({ text }) => text === 'before\nafter\n');
  expect(server.urlRequests()).toBe(2);
  await server.finish();
  await follower.done;
});

test('resumes after a cursor, and can stop at the lines so far', async () => {
  await using server = await startStreamingServer();
  await server.append(['one']);
  const client = clientOf(server);
  const first = await new Follower(client, { follow: false }).done;
  const log = first.events.find((event) => event.type === 'log');
  expect(first.events.at(-1)).toMatchObject({ type: 'end', status: 'RUNNING', exit_code: null });
  await server.append(['two']);
  const second = await new Follower(client, { follow: false, after: log?.cursor ?? '' }).done;
  expect(second.text).toBe('two\n');
});

test.each([
  ['an execution that is not there', 'ffff', undefined, 'NOT_FOUND'],
  ['a cursor from elsewhere', executionId, 'abc', 'INVALID_REQUEST'],
])('gives up on %s', async (_, id, after, code) => {
  await using server = await startStreamingServer();
  const follow = async () => {
    for await (const _event of clientOf(server).follow(id, after === undefined ? {} : { after }));
  };
  await expect(follow()).rejects.toSatisfy((error) => isRunvoyError(error) && error.code === code);
});

test('fails at once when there is no server', async () => {
  await using server = await startStreamingServer();
  const client = createClient({ transport: createNodeTransport('http://127.0.0.1:9') });
  const follow = async () => {
    for await (const _event of client.follow(executionId));
  };
  await expect(follow()).rejects.toSatisfy((error) => isRunvoyError(error, 'SERVICE_UNAVAILABLE'));
  expect(server.urlRequests()).toBe(0);
});

test('can be cancelled while it waits', async () => {
  await using server = await startStreamingServer();
  const abort = new AbortController();
  const follower = new Follower(clientOf(server), { signal: abort.signal });
  await follower.until(({ events }) => events.length > 0);
  abort.abort();
  await expect(follower.done).rejects.toSatisfy((error) => isRunvoyError(error, 'CANCELLED'));
});

test('leaves nothing open when the caller breaks off', async () => {
  await using server = await startStreamingServer();
  await server.append(['one']);
  const client = clientOf(server);
  for await (const event of client.follow(executionId)) if (event.type === 'log') break;
  await client.close();
  await expect.poll(() => server.sockets.size).toBe(0);
});
