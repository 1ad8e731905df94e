import { expect } from 'vitest';
import { createClient, createNodeTransport } from '../../src/client/index.ts';
import type { Client } from '../../src/client/types.ts';
import { startCuttingProxy } from '../../src/testing/cutting-proxy.ts';
import { executionId, startStreamingServer } from './streaming-server.ts';

/**
 * Followers behind proxies that cut their connections at random bytes while a log grows; each must see every line once, in
 * order. Goes on until there have been that many cuts.
 */
export async function followThroughCuts({ cuts, followers }: { cuts: number; followers: number }): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  const random = mulberry(seed);
  await using server = await startStreamingServer({ settings: { maximumFrameBytes: 3000, windowBytes: 20_000 } });
  await using cleanup = new AsyncDisposableStack();
  const expected: string[] = [];
  let finished = false;

  async function startFollower() {
    let connections = 0;
    // The first connection asks for the URL; a client gives up if it cannot reach the server at all.
    const uncut = () => connections++ === 0 || finished;
    const budget = () => (uncut() ? Number.POSITIVE_INFINITY : Math.floor(random() ** 3 * 30_000));
    const proxy = cleanup.use(await startCuttingProxy(`http://127.0.0.1:${server.port}`, budget));
    const client = createClient({ transport: createNodeTransport(proxy.url) });
    cleanup.defer(() => client.close());
    return { proxy, result: collect(client) };
  }

  async function append(): Promise<void> {
    const texts = Array.from({ length: Math.floor(random() * 12) }, (_, index) => {
      const length = random() < 0.01 ? 8000 : Math.floor(random() * 120);
      return `${expected.length + index} ${'ä'.repeat(length)}`;
    });
    expected.push(...texts);
    await server.append(texts, { stream: random() < 0.2 ? 'stderr' : 'stdout' });
  }

  const started = await Promise.all(Array.from({ length: followers }, startFollower));
  while (started.some(({ proxy }) => proxy.cuts < cuts / followers)) {
    await append();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  finished = true;
  await server.finish();
  for (const { result } of started) {
    const { text, lines } = await result;
    expect(text === `${expected.join('\n')}\n`, `every line once, SEED=${seed}`).toBe(true);
    expect(lines).toBe(expected.length);
  }
}

async function collect(client: Client): Promise<{ text: string; lines: number | undefined }> {
  let text = '';
  let lines: number | undefined;
  for await (const event of client.follow(executionId)) {
    if (event.type === 'end') lines = event.lines;
    if (event.type !== 'log') continue;
    text += Buffer.from(event.continues ? event.text.subarray(0, -1) : event.text).toString();
  }
  return { text, lines };
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
