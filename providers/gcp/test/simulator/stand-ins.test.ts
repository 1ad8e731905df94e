import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchProgram } from '../../simulator/containers/fetch-program.ts';
import { writeStandIns } from '../../simulator/containers/stand-ins.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'runvoy-stand-ins-'));
let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.url === '/missing') return void response.writeHead(404).end('gone');
    const { url, method, headers } = request;
    response.end(JSON.stringify({ url, method, header: headers['x-test'], body: Buffer.concat(chunks).toString() }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
  writeFileSync(join(folder, 'fetch.cjs'), fetchProgram);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('a script’s wget and curl', () => {
  it('reach Google’s hosts in the simulator, and others where they are', async () => {
    const bin = writeStandIns(join(folder, 'bin'), port);
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, GCE_METADATA_HOST: `127.0.0.1:${port}` };
    const script = `
      wget -q -O - http://metadata.google.internal/computeMetadata/v1/x; echo
      wget -q -O - --header 'X-Test: a b' 'https://secretmanager.googleapis.com/v1/y?z=1'; echo
      curl -s http://127.0.0.1:${port}/other`;
    const { stdout } = await run('/bin/sh', ['-c', script], { env });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ url }) => url)).toEqual(['/computeMetadata/v1/x', '/v1/y?z=1', '/other']);
    expect(answers[1].header).toBe('a b');
  });
});

/** Where this machine has neither, Node does what they do. */
describe('in the place of a wget and a curl that are missing', () => {
  const program = async (...args: string[]) => {
    const url = `http://127.0.0.1:${port}`;
    const words = args.map((word) => word.replace('URL', url));
    return run(process.execPath, [join(folder, 'fetch.cjs'), ...words], { cwd: folder });
  };

  it.each([
    [['wget', '-q', '-O', '-', '--header', 'X-Test: 1', 'URL/a'], { method: 'GET', header: '1', url: '/a' }],
    [['wget', '-qO-', '--header=X-Test: 1', 'URL/a'], { method: 'GET', header: '1' }],
    [['wget', '-q', '-O-', '--post-data', '{"a":1}', 'URL/a'], { method: 'POST', body: '{"a":1}' }],
    [['curl', '-sSf', '-H', 'X-Test: 1', 'URL/a'], { method: 'GET', header: '1' }],
    [['curl', '-s', '-X', 'PUT', '-d', 'text', 'URL/a'], { method: 'PUT', body: 'text' }],
  ])('%s', async (args, expected) => {
    expect(JSON.parse((await program(...args)).stdout)).toMatchObject(expected);
  });

  it('writes files, and fails as they do', async () => {
    await program('curl', '-s', '-o', 'out', 'URL/a');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toContain('"url":"/a"');
    await expect(program('wget', '-q', '-O', '-', 'URL/missing')).rejects.toMatchObject({ code: 1 });
    await expect(program('curl', '-sf', 'URL/missing')).rejects.toMatchObject({ code: 22 });
    expect((await program('curl', '-s', 'URL/missing')).stdout).toBe('gone');
    await expect(program('curl', '-s', 'http://127.0.0.1:1/')).rejects.toMatchObject({ code: 7 });
  });
});
