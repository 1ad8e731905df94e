import { alternate, ratio, type Samples, timed } from '../harness/alternate.ts';
import { startBullmq } from '../harness/bullmq.ts';
import { startLinePerFrame } from '../harness/line-per-frame.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { runProgram } from '../harness/run-program.ts';
import { cli, type Server, startRunvoy } from '../harness/runvoy.ts';

const count = 1_000_000;
const command = `seq 1 ${count}`;
const path = `${command} → one following CLI, speed`;

/** A million lines, streamed, stored and masked, to one following command line client. */
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
  const figures = await alternate(5, {
    runvoy: () => follow(server),
    bullmq: () => timed(async () => complete((await bullmq.run(command)).lines)),
    pieces: () => timed(async () => complete((await bullmq.run(command, 'pieces')).lines)),
    direct: () => timed(async () => complete((await runProgram('/bin/sh', ['-c', command])).lines)),
  });
  await bullmq.stop();
  return {
    name,
    path,
    subject: milliseconds(figures.runvoy.median),
    ceiling: `BullMQ + Redis streams ${milliseconds(figures.bullmq.median)}`,
    result: speed(figures.runvoy, figures.bullmq),
    goal,
    note: `a direct pipe takes ${milliseconds(figures.direct.median)}; BullMQ, keeping pieces of output that know no lines and no times, ${milliseconds(figures.pieces.median)}`,
  };
}

async function againstLinePerFrame(server: Server): Promise<Row> {
  const linePerFrame = await startLinePerFrame(command);
  const figures = await alternate(1, {
    runvoy: () => follow(server),
    linePerFrame: () => timed(async () => complete(await linePerFrame.follow())),
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
  const args = [cli, 'run', '--secret', 'bench', command];
  const { lines, milliseconds } = await runProgram(process.execPath, args, server.cliEnvironment);
  complete(lines);
  return milliseconds;
}

function complete(lines: number): void {
  if (lines !== count) throw new Error(`${lines} of ${count} lines arrived`);
}

/** How many times faster the subject is. */
function speed(subject: Samples, other: Samples): number {
  return ratio(other, subject);
}
