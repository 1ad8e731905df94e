import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import bundles from '../../tsup.config.ts';
import { settings } from '../support/tables.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const context = '{ awsRequestId: "r", getRemainingTimeInMillis: () => 10000 }';

describe('what is uploaded to Lambda', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runvoy-lambda-'));
    const [, lambda] = bundles as { entry: Record<string, string>; target: string }[];
    await build({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(Object.entries(lambda!.entry).map(([name, file]) => [name.split('/')[1]!, file])),
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      target: lambda!.target,
      format: 'cjs',
      platform: 'node',
      bundle: true,
      minify: true,
      conditions: ['source'],
    });
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ask = async (name: string, event: object) => {
    const script = `require(${JSON.stringify(join(folder, name))}).handler(${JSON.stringify(event)}, ${context}).then((answer) => { console.log(JSON.stringify(answer)); process.exit(); })`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: folder, env: settings });
    return JSON.parse(stdout);
  };

  test.each(['orchestrator.cjs', 'processor.cjs'])('%s is under 3 MB', async (name) => {
    expect((await stat(join(folder, name))).size).toBeLessThan(3_000_000);
  });

  test('the orchestrator answers a Function URL, by itself', async () => {
    const http = { method: 'GET', sourceIp: '203.0.113.7' };
    const event = { version: '2.0', rawPath: '/api/v1/health', headers: {}, requestContext: { http, domainName: 'x' } };
    const { statusCode, body } = await ask('orchestrator.cjs', event);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ status: 'ok', provider: 'AWS', region: 'eu-west-1' });
  });

  test('the processor ignores what it does not know, and answers what is malformed', async () => {
    expect(await ask('processor.cjs', { source: 'aws.s3', 'detail-type': 'Object Created', detail: {} })).toEqual({
      status_code: 200,
      body: 'OK',
    });
    expect(await ask('processor.cjs', { awslogs: { data: 'no' } })).toMatchObject({ status_code: 400 });
  });
});
