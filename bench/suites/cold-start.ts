import { alternate, ratio, type Samples } from '../harness/alternate.ts';
import { type BenchProcess, startProcess } from '../harness/process.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { runProgram } from '../harness/run-program.ts';
import { cli, runToEnd, startRunvoy } from '../harness/runvoy.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import type { RawHttpServer } from '../processes/raw-http-server.ts';

/** Everything whose cost is that of starting a Node.js process, against `node -e 0`. */
export const coldStart: Bench = {
  name: 'cold-start',
  run: async () => {
    const server = await startRunvoy();
    const canned = await startProcess<RawHttpServer>('raw-http-server');
    const embeddedHome = temporaryFolder('embedded');
    try {
      const statusEnvironment = await cannedStatus(server, canned);
      const figures = await alternate(21, {
        node: () => cold(['-e', '0']),
        help: () => cold([cli, '--help']),
        status: () => cold([cli, 'status', statusEnvironment.id], statusEnvironment.env),
        run: () => cold([cli, 'run', 'true'], server.cliEnvironment),
        embedded: () => cold([cli, 'run', 'true'], { RUNVOY_HOME: embeddedHome }),
      });
      const row = (name: string, path: string, subject: Samples, limit: number): Row => ({
        name,
        path,
        subject: milliseconds(subject.median),
        ceiling: `node -e 0 ${milliseconds(figures.node.median)}`,
        result: ratio(subject, figures.node),
        goal: { is: 'at most', limit },
      });
      return [
        row('cold-start', 'cold CLI: run true, running server', figures.run, 4),
        row('cold-start', 'cold CLI: run true, embedded, no server', figures.embedded, 8),
        row('cold-start', 'cold CLI: --help', figures.help, 1.8),
        row('cold-start', 'cold CLI: status (server answers at once)', figures.status, 1.8),
      ];
    } finally {
      await canned.stop();
      await server.stop();
    }
  },
};

async function cold(args: string[], env: Record<string, string> = {}): Promise<number> {
  return (await runProgram(process.execPath, args, env)).milliseconds;
}

/** `status` is judged by its start-up part: it gets a real answer from a server that does no work for it. */
async function cannedStatus(server: Awaited<ReturnType<typeof startRunvoy>>, canned: BenchProcess<RawHttpServer>) {
  await runToEnd(server.client, 'true');
  const { executions } = await server.client.listExecutions();
  const id = executions[0]!.execution_id;
  const body = JSON.stringify(await server.client.executionStatus(id));
  const port = await canned.call('start', { status: 200, headers: { 'content-type': 'application/json' }, body });
  return { id, env: { ...server.cliEnvironment, RUNVOY_API_ENDPOINT: `http://127.0.0.1:${port}` } };
}
