import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@runvoy/core/testing';
import { Queue, RedisConnection } from 'bullmq';
import type { BullmqWorker, Job } from '../processes/bullmq-worker.ts';
import { startProcess } from './process.ts';
import { countLines } from './run-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Bullmq {
  port: number;
  /** Queues a command, follows its output to the end, and resolves to the number of lines and the exit code. */
  run(command: string, keep?: Job['keep']): Promise<{ lines: number; exitCode: number }>;
  stop(): Promise<void>;
}

/**
 * A queue, a worker process and a Redis server on loopback, as someone would build it who needs no more than this: the output is
 * kept in a Redis stream while Redis lives, without keys, roles or masking. `undefined` without Redis or its client.
 */
export async function startBullmq(): Promise<Bullmq | undefined> {
  const port = await freePort();
  const redisServer = spawn(
    'redis-server',
    ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      cwd: temporaryFolder('redis'),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (!(await answersReady(redisServer))) return undefined;
  const connection = { port, host: '127.0.0.1', maxRetriesPerRequest: null };
  const redis = await new RedisConnection(connection).client.catch(() => undefined);
  if (redis === undefined) {
    redisServer.kill();
    return undefined;
  }
  const worker = await startProcess<BullmqWorker>('bullmq-worker');
  await worker.call('start', port);
  const queue = new Queue<Job>('runs', { connection });
  let runs = 0;

  return {
    port,
    run: async (command, keep = 'lines') => {
      const stream = `log:${++runs}`;
      await queue.add('run', { command, stream, keep }, { removeOnComplete: true });
      let lines = 0;
      for (let id = '0'; ; ) {
        const [[, entries]] = (await redis.xread([{ key: stream, id }], { BLOCK: 60_000, COUNT: 1000 })) as [
          [string, [string, string[]][]],
        ];
        for (const [entry, [field, value]] of entries) {
          id = entry;
          if (field === 'lines') lines += (JSON.parse(value!) as { lines: string[] }).lines.length;
          else if (field === 'piece') lines += countLines(Buffer.from(value!));
          else return { lines, exitCode: Number(value) };
        }
      }
    },
    stop: async () => {
      await worker.stop();
      await queue.close();
      redis.disconnect();
      redisServer.kill();
      await once(redisServer, 'exit');
    },
  };
}

function answersReady(redisServer: ReturnType<typeof spawn>): Promise<boolean> {
  return new Promise((resolve) => {
    redisServer.once('error', () => resolve(false));
    redisServer.stdout!.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve(true);
    });
  });
}
