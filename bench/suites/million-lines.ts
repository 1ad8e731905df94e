import { join } from 'node:path';
import { alternate, ratio, type Samples, timed } from '../harness/alternate.ts';
import { startBullmq } from '../harness/bullmq.ts';
import { startLinePerFrame } from '../harness/line-per-frame.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { type ProgramResult, runProgram } from '../harness/run-program.ts';
import { cli, runToEnd, type Server, startRunvoy } from '../harness/runvoy.ts';

const count = 1_000_000;
const command = `seq 1 ${count}`;
const bullmqCli = join(import.meta.dirname, '../processes/bullmq-cli.cjs');
const path = `${command} → one following CLI, speed`;

/** A million lines, streamed, stored and masked, to one following command line client, a new process as each peer's. */
export const millionLines: Bench = {
  name: 'million-lines',
  run: async () => {
    const server = await startRunvoy();
    await server.client.createSecret({ name: 'bench', key_name: 'BENCH', value: 'a value that is masked' });
    try {
      return [await againstBullmq(server), await againstLinePerFrame(server)];
    } finally {
      await server.stop();
    }
  },
};

async function againstBullmq(server: Server): Promise<Row> {
  const name = 'million-lines';
  const goal = { is: 'at least', limit: 2 } as const;
  const bullmq = await startBullmq();
  if (bullmq === undefined) {
    const note = 'BullMQ is not measured: it needs redis-server on the PATH and the npm package ioredis';
    return { name, path, subject: '', ceiling: 'BullMQ + Redis streams', goal, note };
  }
  const figures = await alternate(7, {
    runvoy: () => follow(server),
    bullmq: async () => complete(await runProgram(process.execPath, [bullmqCli, `${bullmq.port}`, command])),
    runvoyResident: () => timed(() => runToEnd(server.client, command, ['bench'])),
    bullmqResident: () => timed(() => bullmq.run(command)),
    bullmqPieces: () => timed(() => bullmq.run(command, 'pieces')),
    direct: async () => complete(await runProgram('/bin/sh', ['-c', command])),
  });
  await bullmq.stop();
  const times = {
    'runvoy with a resident client': figures.runvoyResident,
    'BullMQ with one': figures.bullmqResident,
    'keeping pieces of output that know no lines and no times': figures.bullmqPieces,
    'a direct pipe': figures.direct,
  };
  return {
    name,
    path,
    subject: milliseconds(figures.runvoy.median),
    ceiling: `BullMQ + Redis streams, client as cold ${milliseconds(figures.bullmq.median)}`,
    result: speed(figures.runvoy, figures.bullmq),
    goal,
    note: Object.entries(times)
      .map(([who, { median }]) => `${who} ${milliseconds(median)}`)
      .join('; '),
  };
}

async function againstLinePerFrame(server: Server): Promise<Row> {
  const linePerFrame = await startLinePerFrame(command);
  const figures = await alternate(3, {
    runvoy: () => follow(server),
    linePerFrame: () => timed(async () => countedAll(await linePerFrame.follow())),
  });
  await linePerFrame.stop();
  return {
    name: 'million-lines',
    path,
    subject: milliseconds(figures.runvoy.median),
    ceiling: `${linePerFrame.name} ${milliseconds(figures.linePerFrame.median)}`,
    result: speed(figures.runvoy, figures.linePerFrame),
    goal: { is: 'at least', limit: 25 },
    ...(linePerFrame.note !== undefined && { note: linePerFrame.note }),
  };
}

async function follow(server: Server): Promise<number> {
  return complete(
    await runProgram(process.execPath, [cli, 'run', '--secret', 'bench', command], server.cliEnvironment),
  );
}

function complete({ lines, milliseconds }: ProgramResult): number {
  countedAll(lines);
  return milliseconds;
}

function countedAll(lines: number): void {
  if (lines !== count) throw new Error(`${lines} of ${count} lines arrived`);
}

/** How many times faster the subject is. */
function speed(subject: Samples, other: Samples): number {
  return ratio(other, subject);
}
