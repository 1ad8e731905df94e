import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../../../.ci/release/bundle.ts';
import { type LambdaFunction, lambdaFunctions } from '../../../../.ci/release/lambda-functions.ts';
import { settings } from '../support/tables.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../../..');
const names = Object.keys(lambdaFunctions) as LambdaFunction[];
const context = '{ awsRequestId: "r", getRemainingTimeInMillis: () => 10000 }';

describe('what is uploaded to Lambda', () => {
  let folder: string;
  const fileOf = (name: LambdaFunction) => join(folder, `${name}.cjs`);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runvoy-lambda-'));
    await Promise.all(
      names.map(async (name) => {
        const { code } = await bundle(root, lambdaFunctions[name]);
        await writeFile(fileOf(name), code);
      }),
    );
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ask = async (name: LambdaFunction, event: object) => {
    const script = `require(${JSON.stringify(fileOf(name))}).handler(${JSON.stringify(event)}, ${context}).then((answer) => { console.log(JSON.stringify(answer)); process.exit(); })`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: folder, env: settings });
    return JSON.parse(stdout);
  };

  test.each(names)('%s is under 3 MB', async (name) => {
    expect((await stat(fileOf(name))).size).toBeLessThan(3_000_000);
  });

  test('the orchestrator answers a Function URL, by itself', async () => {
    const http = { method: 'GET', sourceIp: '203.0.113.7' };
    const event = { version: '2.0', rawPath: '/api/v1/health', headers: {}, requestContext: { http, domainName: 'x' } };
    const { statusCode, body } = await ask('runvoy-orchestrator', event);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ status: 'ok', provider: 'AWS', region: 'eu-west-1' });
  });

  test('the processor ignores what it does not know, and answers what is malformed', async () => {
    expect(
      await ask('runvoy-event-processor', { source: 'aws.s3', 'detail-type': 'Object Created', detail: {} }),
    ).toEqual({
      status_code: 200,
      body: 'OK',
    });
    expect(await ask('runvoy-event-processor', { awslogs: { data: 'no' } })).toMatchObject({ status_code: 400 });
  });
});
