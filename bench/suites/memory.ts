import { setTimeout as sleep } from 'node:timers/promises';
import { median, timed } from '../harness/alternate.ts';
import { type BenchProcess, startProcess } from '../harness/process.ts';
import { type Bench, megabytes, milliseconds } from '../harness/row.ts';
import { type Server, startRunvoy } from '../harness/runvoy.ts';
import { residentBytes, watchMemory } from '../harness/usage.ts';
import type { Viewers } from '../processes/viewers.ts';

const idleViewers = 1000;
const gigabyte = `yes "$(printf '%0119d' 0)" | head -c 1000000000`;
const rounds = 3;

/** What a thousand viewers hold that have nothing to see. */
export const memoryIdle: Bench = {
  name: 'memory-idle',
  run: async () => {
    const server = await startRunvoy();
    const viewers = await startProcess<Viewers>('viewers');
    try {
      const empty = residentBytes(server.pid);
      const { execution_id, websocket_url } = await server.client.run({ command: 'sleep 600' });
      await viewers.call('open', { url: `${websocket_url}&protocol=2`, count: idleViewers });
      const highest = watchMemory(server.pid);
      await sleep(3000);
      const bytes = highest.stop();
      await server.client.killExecution(execution_id);
      await viewers.call('finish');
      return [
        {
          name: 'memory-idle',
          path: `server memory with ${idleViewers.toLocaleString('en')} idle viewers`,
          subject: megabytes(bytes),
          ceiling: `without any ${megabytes(empty)}`,
          result: bytes / 1e6,
          goal: { is: 'at most', limit: 150, unit: 'MB' },
        },
      ];
    } finally {
      await viewers.stop();
      await server.stop();
    }
  },
};

/** A viewer that stops reading a log of a gigabyte: it must cost neither memory nor the run's speed. */
export const memoryStalled: Bench = {
  name: 'memory-stalled',
  run: async () => {
    const viewers = await startProcess<Viewers>('viewers');
    const slowdowns: number[] = [];
    const growths: number[] = [];
    const durations: { stalled: number; alone: number }[] = [];
    const peaks: number[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        const alone = await gigabyteRun();
        const stalled = await gigabyteRun(viewers);
        slowdowns.push(stalled.milliseconds / alone.milliseconds);
        growths.push((stalled.peak - alone.peak) / 1e6);
        durations.push({ stalled: stalled.milliseconds, alone: alone.milliseconds });
        peaks.push(stalled.peak);
      }
    } finally {
      await viewers.stop();
    }
    return [
      {
        name: 'memory-stalled',
        path: 'run of 1 GB beside a stalled viewer, time',
        subject: milliseconds(median(durations.map(({ stalled }) => stalled))),
        ceiling: `without the viewer ${milliseconds(median(durations.map(({ alone }) => alone)))}`,
        result: median(slowdowns),
        goal: { is: 'at most', limit: 1.1 },
      },
      {
        name: 'memory-stalled',
        path: 'the same, memory that the viewer costs at the peak',
        subject: megabytes(median(peaks)),
        ceiling: 'the peak without the viewer',
        result: median(growths),
        goal: { is: 'at most', limit: 64, unit: 'MB' },
      },
    ];
  },
};

async function gigabyteRun(viewers?: BenchProcess<Viewers>): Promise<{ milliseconds: number; peak: number }> {
  const server = await startRunvoy();
  const memory = watchMemory(server.pid);
  try {
    const milliseconds = await timed(async () => {
      const { execution_id, websocket_url } = await server.client.run({ command: gigabyte });
      if (viewers !== undefined) {
        await viewers.call('open', { url: `${websocket_url}&protocol=2`, count: 1 });
        await viewers.call('stall');
      }
      await ended(server, execution_id);
    });
    return { milliseconds, peak: memory.stop() };
  } finally {
    await viewers?.call('closeAll');
    await server.stop();
  }
}

async function ended(server: Server, executionId: string): Promise<void> {
  for (;;) {
    const { status, reason_detail } = await server.client.executionStatus(executionId);
    if (status === 'SUCCEEDED') return;
    if (status === 'FAILED' || status === 'STOPPED') throw new Error(`the run ended as ${status}: ${reason_detail}`);
    await sleep(50);
  }
}
