import { setTimeout as delay } from 'node:timers/promises';
import { completion } from '../../providers/gcp/test/support/completion.ts';
import type { Counts } from '../../providers/gcp/test/support/count-documents.ts';
import { alternate, timed } from '../harness/alternate.ts';
import { type Gcp, onGcp } from '../harness/gcp.ts';
import { startProcess } from '../harness/process.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { cpuSeconds } from '../harness/usage.ts';
import type { Viewers } from '../processes/viewers.ts';

const rpcMilliseconds = 20;
const linesPerSecond = 1000;
const seconds = 10;

/** A run on Google Cloud whose every RPC takes 20 ms: what its caller waits for, and what it reads and writes. */
export const gcpRun: Bench = {
  name: 'gcp-run',
  run: () =>
    onGcp({ name: 'gcp-run', rpcMilliseconds }, async (gcp) => {
      const { client } = gcp;
      await client.createSecret({ name: 'token', key_name: 'TOKEN', value: 'a value' });
      const submission = async (secrets: string[]) => {
        let executionId = '';
        const figure = await timed(async () => {
          executionId = (await client.run({ command: 'true', secrets })).execution_id;
        });
        await over(gcp, executionId);
        return figure;
      };
      const figures = await alternate(15, {
        plain: () => submission([]),
        secret: () => submission(['token']),
        once: () => timed(() => client.whoami()),
      });
      const ceiling = `one RPC (whoami) ${milliseconds(figures.once.median)}`;
      const row = (path: string, median: number): Row => ({
        name: 'gcp-run',
        path: `@runvoy/gcp, RPCs of ${rpcMilliseconds} ms: ${path}`,
        subject: milliseconds(median),
        ceiling,
        result: median,
      });
      return [
        { ...row('POST /run', figures.plain.median), goal: { is: 'at most', limit: 120, unit: 'ms' } },
        // One round trip more.
        { ...row('POST /run with a secret', figures.secret.median), goal: { is: 'at most', limit: 145, unit: 'ms' } },
        ...(await documentsOfRun(gcp)),
      ];
    }),
};

/** So that runs do not get in each other's way. */
async function over({ env }: Gcp, executionId: string): Promise<void> {
  while ((await completion(env, executionId)) === undefined) await delay(100);
}

async function documentsOfRun(gcp: Gcp): Promise<Row[]> {
  const { server, client } = gcp;
  const counts: Counts[] = [];
  // Of several, because every half a minute the server looks for runs that events have not told of.
  for (let round = 0; round < 3; round++) {
    await server.call('takeCounts');
    const { execution_id } = await client.run({ command: 'seq 1 2000; sleep 2' });
    await over(gcp, execution_id);
    counts.push(await server.call('takeCounts'));
  }
  const least = (name: keyof Counts) => Math.min(...counts.map((each) => each[name]));
  const logWrites = least('logWrites');
  const row = (unit: 'reads' | 'writes', result: number, limit: number): Row => ({
    name: 'gcp-run',
    path: `@runvoy/gcp: Firestore ${unit} of a run without a viewer, its log apart`,
    subject: `${result} ${unit}`,
    ceiling: '',
    result,
    goal: { is: 'at most', limit, unit },
  });
  const log: Row = {
    name: 'gcp-run',
    path: '@runvoy/gcp: Firestore writes of a log of 2,000 lines',
    subject: `${logWrites} writes`,
    ceiling: '',
    result: logWrites,
    goal: { is: 'at most', limit: 10, unit: 'writes' },
  };
  return [row('reads', least('reads'), 5), row('writes', least('writes'), 6), log];
}

/** Prints its lines of 120 bytes, each beginning with the time it was printed at, evenly every 5 ms. */
const producer = `
const rest = ' ' + 'x'.repeat(105) + '\\n', start = performance.now();
let sent = 0;
const timer = setInterval(() => {
  const due = Math.min(${linesPerSecond * seconds}, Math.floor((performance.now() - start) * ${linesPerSecond / 1000}));
  for (; sent < due; sent++) process.stdout.write(Date.now() + rest);
  if (sent === ${linesPerSecond * seconds}) clearInterval(timer);
}, 5);`;

/** A thousand lines a second of one execution, by sink, Pub/Sub and Firestore, to a viewer. */
export const gcpLines: Bench = {
  name: 'gcp-lines',
  run: () =>
    onGcp({ name: 'gcp-lines', rpcMilliseconds: 0 }, async ({ client, server, cloud }) => {
      const viewers = await startProcess<Viewers>('viewers');
      try {
        // The viewer is there before the first line.
        const argv = ['/bin/sh', '-c', 'sleep 3; exec "$@"', 'sh', process.execPath, '-e', producer];
        const { websocket_url } = await client.run({ argv });
        await viewers.call('open', { url: `${websocket_url}&protocol=2`, count: 1 });
        const cpu = () => [server, cloud].map(({ pid }) => cpuSeconds(pid));
        const before = cpu();
        const { lines, p50, p99 } = await viewers.call('finish');
        if (lines[0] !== linesPerSecond * seconds) throw new Error(`the viewer saw ${lines[0]} lines`);
        const [ours, simulator] = cpu().map((after, index) => (after - before[index]!).toFixed(1));
        return [
          {
            name: 'gcp-lines',
            path: `@runvoy/gcp: ${linesPerSecond.toLocaleString('en')} lines/s → a viewer, printed → viewer, p99`,
            subject: `p50 ${milliseconds(p50)}; ${ours} s CPU in ${seconds} s`,
            ceiling: `the simulator ${simulator} s CPU`,
            result: p99,
            goal: { is: 'at most', limit: 1000, unit: 'ms' },
          },
        ];
      } finally {
        await viewers.stop();
      }
    }),
};
