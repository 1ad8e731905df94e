import { alternate, ratio } from '../harness/alternate.ts';
import { onOneCore } from '../harness/one-core.ts';
import { startProcess } from '../harness/process.ts';
import { type Bench, perSecond, type Row } from '../harness/row.ts';
import { runToEnd, type Server, startRunvoy, startRunvoyWithoutTasks } from '../harness/runvoy.ts';
import type { HttpLoad, HttpLoadGenerator } from '../processes/http-load.ts';
import type { RawHttpServer } from '../processes/raw-http-server.ts';

const connections = 50;
const seconds = 2;
const rounds = 5;

/** The status of an execution: what clients ask for most. */
export const httpStatus: Bench = {
  name: 'http-status',
  run: async () => {
    const server = await startRunvoy();
    await runToEnd(server.client, 'true');
    const { executions } = await server.client.listExecutions();
    return [
      await againstRaw(server, 'GET', `/api/v1/executions/${executions[0]!.execution_id}/status`, undefined, 0.6),
    ];
  },
};

/** A run up to the start of its task. */
export const httpRun: Bench = {
  name: 'http-run',
  run: async () => [await againstRaw(await startRunvoyWithoutTasks(), 'POST', '/api/v1/run', { command: 'true' }, 0.4)],
};

async function againstRaw(
  server: Server,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  limit: number,
): Promise<Row> {
  const raw = await startProcess<RawHttpServer>('raw-http-server');
  const generator = await startProcess<HttpLoadGenerator>('http-load');
  const pinned = onOneCore([server.pid, raw.pid, generator.pid]);
  try {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'X-API-Key': server.apiKey, ...(text !== '' && { 'Content-Type': 'application/json' }) };
    const answer = await fetch(server.url + path, { method, headers, ...(text !== '' && { body: text }) });
    const rawPort = await raw.call('start', {
      status: answer.status,
      // Those that Node.js writes by itself are its own affair on both sides.
      headers: Object.fromEntries(
        [...answer.headers].filter(
          ([name]) => !['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'].includes(name),
        ),
      ),
      body: await answer.text(),
    });
    const request = [
      `${method} ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(text === '' ? [] : [`Content-Length: ${Buffer.byteLength(text)}`]),
      '',
      text,
    ].join('\r\n');
    const load = (port: number): HttpLoad => ({ port, request, connections, seconds, status: answer.status });
    const figures = await alternate(rounds, {
      runvoy: () => generator.call('run', load(server.port)),
      raw: () => generator.call('run', load(rawPort)),
    });
    return {
      name: method === 'GET' ? 'http-status' : 'http-run',
      path: method === 'GET' ? 'authenticated GET …/status' : 'POST /run, up to the start of the task',
      subject: perSecond(figures.runvoy.median),
      ceiling: `raw node:http, same bytes ${perSecond(figures.raw.median)}`,
      result: ratio(figures.runvoy, figures.raw),
      goal: { is: 'at least', limit },
      ...(!pinned && { note: 'without taskset, servers and load are on any core, which favours the raw server' }),
    };
  } finally {
    await generator.stop();
    await raw.stop();
    await server.stop();
  }
}
