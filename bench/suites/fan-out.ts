import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../harness/alternate.ts';
import { type BenchProcess, startProcess } from '../harness/process.ts';
import type { Bench } from '../harness/row.ts';
import { type Server, startRunvoy } from '../harness/runvoy.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { cpuSeconds } from '../harness/usage.ts';
import type { Recording, Seen, Viewers } from '../processes/viewers.ts';
import type { WsBroadcastServer } from '../processes/ws-broadcast-server.ts';

const viewerCount = 100;
const linesPerSecond = 10_000;
const seconds = 5;
const rounds = 3;

/** Prints its lines of 120 bytes, each beginning with the time it was printed at, evenly every 5 ms. */
const producer = `
const rest = ' ' + 'x'.repeat(105) + '\\n', start = performance.now();
let sent = 0;
const timer = setInterval(() => {
  const due = Math.min(${linesPerSecond * seconds}, Math.floor((performance.now() - start) * ${linesPerSecond / 1000}));
  process.stdout.write((Date.now() + rest).repeat(due - sent));
  if ((sent = due) === ${linesPerSecond * seconds}) clearInterval(timer);
}, 5);`;

/** Ten thousand lines a second to a hundred viewers: how late they are, and what it costs. */
export const fanOut: Bench = {
  name: 'fan-out',
  run: async () => {
    const server = await startRunvoy();
    const viewers = await startProcess<Viewers>('viewers');
    const bare = await startProcess<WsBroadcastServer>('ws-broadcast-server');
    try {
      const barePort = await bare.call('start');
      const latencies: Seen[] = [];
      const ratios: number[] = [];
      const cpu: { runvoy: number; bare: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        const file = join(temporaryFolder('frames'), 'frames');
        const before = cpuSeconds(server.pid);
        const seen = await watchedRun(server, viewers, file);
        const runvoy = cpuSeconds(server.pid) - before;
        const broadcast = await broadcastCpu(bare, barePort, viewers, seen.recording);
        latencies.push(seen);
        cpu.push({ runvoy, bare: broadcast });
        ratios.push(runvoy / broadcast);
      }
      const path = `${linesPerSecond.toLocaleString('en')} lines/s → ${viewerCount} viewers`;
      const spent = (who: 'runvoy' | 'bare') => `${median(cpu.map((one) => one[who])).toFixed(2)} s CPU`;
      return [
        {
          name: 'fan-out',
          path: `${path}, printed → viewer, p99`,
          subject: `p50 ${median(latencies.map(({ p50 }) => p50)).toFixed(0)} ms`,
          ceiling: '',
          result: median(latencies.map(({ p99 }) => p99)),
          goal: { is: 'at most', limit: 50, unit: 'ms' },
        },
        {
          name: 'fan-out',
          path: `${path}, CPU of the server in ${seconds} s`,
          subject: spent('runvoy'),
          ceiling: `bare ws, same frames ${spent('bare')}`,
          result: median(ratios),
          goal: { is: 'at most', limit: 2 },
        },
      ];
    } finally {
      await bare.stop();
      await viewers.stop();
      await server.stop();
    }
  },
};

async function watchedRun(server: Server, viewers: BenchProcess<Viewers>, recordTo: string): Promise<Seen> {
  // Nothing is printed before every viewer is there.
  const gate = join(temporaryFolder('gate'), 'open');
  const { websocket_url } = await server.client.run({
    argv: [
      '/bin/sh',
      '-c',
      'until [ -e "$1" ]; do sleep 0.02; done; exec "$2" -e "$3"',
      'sh',
      gate,
      process.execPath,
      producer,
    ],
  });
  await viewers.call('open', { url: `${websocket_url}&protocol=2`, count: viewerCount, recordTo });
  writeFileSync(gate, '');
  const seen = await viewers.call('finish');
  const expected = linesPerSecond * seconds;
  if (seen.lines[0] !== expected || seen.lines[1] !== expected)
    throw new Error(`viewers saw ${seen.lines.join(' to ')} of ${expected} lines`);
  return seen;
}

async function broadcastCpu(
  bare: BenchProcess<WsBroadcastServer>,
  port: number,
  viewers: BenchProcess<Viewers>,
  recording: Recording,
): Promise<number> {
  await viewers.call('open', { url: `ws://127.0.0.1:${port}`, count: viewerCount });
  const before = cpuSeconds(bare.pid);
  await bare.call('replay', recording);
  await viewers.call('finish');
  return cpuSeconds(bare.pid) - before;
}
