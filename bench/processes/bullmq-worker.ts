import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RedisConnection, Worker } from 'bullmq';
import { answer } from '../harness/process.ts';

/** A run through BullMQ: what the job carries, and the stream that its output goes to. */
export interface Job {
  command: string;
  stream: string;
  /**
   * How output is kept: `lines`, each with its time, in batches of what a pipe delivers at once (an entry a line would be 20
   * times slower); `pieces`, as the pipe delivers it, which knows no lines, no times and no order between them.
   */
  keep: 'lines' | 'pieces';
}

export type BullmqWorker = {
  /** Takes jobs from the queue `runs` of a Redis server. */
  start(port: number): Promise<void>;
};

answer({
  start: async (port) => {
    const connection = { port, host: '127.0.0.1', maxRetriesPerRequest: null };
    const redis = await new RedisConnection(connection).client;
    const worker = new Worker<Job>(
      'runs',
      async ({ data: { command, stream, keep } }) => {
        const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
        const closed = once(child, 'close');
        const writes: Promise<string>[] = [];
        let rest = '';
        child.stdout.setEncoding('utf8');
        child.stdout.on('data', (piece: string) => {
          if (keep === 'pieces') {
            writes.push(redis.xadd(stream, '*', { piece }));
            return;
          }
          const lines = (rest + piece).split('\n');
          rest = lines.pop()!;
          if (lines.length > 0)
            writes.push(redis.xadd(stream, '*', { lines: JSON.stringify({ time: Date.now(), lines }) }));
        });
        const [code] = await closed;
        if (rest !== '')
          writes.push(redis.xadd(stream, '*', { lines: JSON.stringify({ time: Date.now(), lines: [rest] }) }));
        writes.push(redis.xadd(stream, '*', { exit: code ?? 128 }));
        await Promise.all(writes);
        return code;
      },
      { connection },
    );
    await worker.waitUntilReady();
  },
} satisfies BullmqWorker);
