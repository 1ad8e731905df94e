import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@runvoy/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from '../../src/infra/apply.ts';
import { createAwsClient } from '../../src/infra/aws/aws-client.ts';
import { createCloudFormation } from '../../src/infra/aws/cloudformation.ts';
import { shippedFile } from '../../src/infra/shipped-files.ts';
import { status } from '../../src/infra/status.ts';
import { zip } from '../../src/infra/zip.ts';
import { temporaryFolder } from '../support/cli.ts';
import { recordedContext } from './support/recorded-context.ts';

const hasMoto = spawnSync('moto_server', ['--help']).status === 0;
if (!hasMoto) console.warn('SKIPPED: the CloudFormation template in moto_server. It is not on the PATH.');

/** moto 5.2 fails on tags of a key ("KeyError: 'TagKey'"); everything else is the template as it is. */
const withoutKeyTags = (template: string) =>
  template.replace(/\n {6}Tags:\n[^\n]*secrets-kms-key[^\n]*\n[^\n]*\n[^\n]*(?=\n)/, '');

describe.skipIf(!hasMoto)('the template, made by moto', { timeout: 180_000 }, () => {
  const home = temporaryFolder();
  let moto: ChildProcess;
  let url: string;
  const context = () =>
    recordedContext({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      RUNVOY_HOME: home.path,
    });

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore', detached: true });
    while (!(await fetch(`${url}/moto-api/data.json`).catch(() => undefined))?.ok) await pause(100);
    await fetch(`${url}/code`, { method: 'PUT', headers: { host: `127.0.0.1:${port}` } });
    for (const name of ['runvoy-orchestrator', 'runvoy-event-processor'])
      await fetch(`${url}/code/v1/${name}.zip`, {
        method: 'PUT',
        body: zip({ 'index.js': Buffer.from('exports.handler = () => {}') }),
      });
  }, 120_000);
  afterAll(() => {
    // The shim starts another process: the whole group, which is its own.
    if (moto?.pid !== undefined) process.kill(-moto.pid);
    home.remove();
  });

  test('is made whole, with the names that upstream’s resources have', async () => {
    const template = join(home.path, 'template.yaml');
    writeFileSync(template, withoutKeyTags(readFileSync(shippedFile('aws', 'cloudformation.yaml'), 'utf8')));
    const options = { provider: 'aws', yes: true, version: 'v1', parameter: ['LambdaCodeBucket=code'], template };
    const made = context();
    await apply(made, options);
    expect(made.answer).toMatchObject({ changes: expect.any(Number) });
    // (moto makes no outputs of a stack that began as a change set.)
    const resources = await createCloudFormation(await createAwsClient('eu-west-1', made.env)).resources(
      'runvoy-backend',
    );
    expect(Object.fromEntries(resources.map(({ resource, physicalId }) => [resource, physicalId]))).toMatchObject({
      APIKeysTable: 'runvoy-api-keys',
      PendingAPIKeysTable: 'runvoy-pending-api-keys',
      ExecutionsTable: 'runvoy-executions',
      ExecutionLogsTable: 'runvoy-execution-logs',
      WebSocketConnectionsTable: 'runvoy-websocket-connections',
      WebSocketTokensTable: 'runvoy-websocket-tokens',
      ImageTaskDefinitionsTable: 'runvoy-image-taskdefs',
      SecretsMetadataTable: 'runvoy-secrets-metadata',
      ECSCluster: 'runvoy-cluster',
      LambdaFunction: 'runvoy-orchestrator',
      EventProcessorFunction: 'runvoy-event-processor',
      RunnerLogGroup: '/aws/ecs/runvoy/runner',
      TaskCompletionEventRule: expect.stringContaining('runvoy-task-completion'),
    });
    const seen = context();
    await status(seen, { provider: 'aws' });
    expect(seen.answer).toMatchObject({ state: 'ready', detail: 'CREATE_COMPLETE' });
  });
});
