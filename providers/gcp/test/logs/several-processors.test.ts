import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startServer } from '@runvoy/core';
import { createClient, createNodeTransport } from '@runvoy/core/client';
import { freePort } from '@runvoy/core/testing';
import { expect, test } from 'vitest';
import { lay } from '../../dev/lay.ts';
import plugin from '../../src/index.ts';
import { useDeployment } from '../support/deployment.ts';

const deployment = useDeployment();
const rounds = 8;
const linesARound = 25;

/** What Cloud Run is in front of several instances of a service: each request goes to another one. */
function balance(instances: readonly RunningServer[], port: number): AsyncDisposable {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const { port } = new URL(instances[turn++ % instances.length]!.url);
    const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }).listen(port, '127.0.0.1');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

// The command goes on only when its last lines have been seen: were it 10 seconds a round, it would not be over in time.
test.each([2, 3])(
  '%d processors that share the lines of a run put them into the log at once, in order',
  {
    timeout: 60_000,
  },
  async (processors) => {
    const port = await freePort();
    const env = { ...deployment.env, RUNVOY_GCP_PROCESSOR_URL: `http://127.0.0.1:${port}` };
    await lay(env);
    const folder = mkdtempSync(join(tmpdir(), 'runvoy-rounds-'));
    const start = (role: string) =>
      startServer({
        env: {
          ...env,
          RUNVOY_BACKEND_PROVIDER: 'gcp',
          RUNVOY_PORT: '0',
          RUNVOY_ROLE: role,
          RUNVOY_RATE_LIMIT: '0',
          RUNVOY_LOG_LEVEL: 'warn',
        },
        builtins: { gcp: async () => ({ default: plugin }) },
        adminEmail: 'ana@example.com',
      });
    await using opened = new AsyncDisposableStack();
    opened.defer(() => rmSync(folder, { recursive: true }));
    const use = async (role: string) => {
      const server = await start(role);
      opened.defer(() => server.close());
      return server;
    };
    const server = await use('all');
    const others = await Promise.all(Array.from({ length: processors - 1 }, () => use('processor')));
    opened.use(balance([server, ...others], port));
    const client = createClient({ transport: createNodeTransport(server.url), apiKey: server.admin!.apiKey });
    opened.defer(() => client.close());

    const command = `
    for round in $(seq ${rounds}); do
      seq -f "$round.%g" ${linesARound}
      until [ -e ${folder}/$round ]; do sleep 0.02; done
    done`;
    const { execution_id } = await client.run({ command });
    const seen: string[] = [];
    const waits: number[] = [];
    let since = 0;
    for await (const event of client.follow(execution_id)) {
      if (event.type === 'end') expect(event).toMatchObject({ status: 'SUCCEEDED', logs_complete: true });
      if (event.type !== 'log') continue;
      seen.push(...Buffer.from(event.text).toString().trimEnd().split('\n'));
      if (seen.length % linesARound !== 0) continue;
      if (since > 0) waits.push(Math.round(performance.now() - since));
      since = performance.now();
      writeFileSync(join(folder, String(seen.length / linesARound)), '');
    }
    process.stderr.write(`${processors} processors, milliseconds from round to round: ${waits.join(' ')}\n`);
    const expected = Array.from({ length: rounds * linesARound }, (_, n) => {
      const round = Math.floor(n / linesARound);
      return `${round + 1}.${(n % linesARound) + 1}`;
    });
    expect(seen).toEqual(expected);
  },
);
