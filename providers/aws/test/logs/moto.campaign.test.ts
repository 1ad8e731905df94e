import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { defineHarness, runSuite } from '@runvoy/conformance';
import { openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import plugin from '../../src/index.ts';
import { upstreamRows } from '../data/upstream-rows.ts';
import { findMoto, type Moto, startMoto } from '../simulator/moto.ts';
import { createTables } from '../support/tables.ts';

const program = findMoto();

/** Start a task, which moto cannot run. */
const running = ['logs.task', 'logs.masking', 'logs.archive'];
/** Several writers at once: moto looks at a condition and writes in two steps, between which others come. */
const contended = ['logs.cursor.writes-between', 'logs.watch.many-watchers'];
/** Slow there, and about nothing that another engine could judge differently. */
const slow = ['logs.text.many'];

describe.skipIf(program === undefined)('logs on moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto(program as string);
  }, 60_000);
  afterAll(() => moto?.stop());

  test('the buffer holds what it must', async () => {
    const harness = defineHarness({
      plugin,
      parallel: 1,
      async world() {
        const tables = await createTables('main', { endpoint: moto.url });
        return { env: tables.env, teardown: () => tables.drop() };
      },
    });
    const report = await runSuite(harness, { only: ['logs'], skip: [...running, ...contended, ...slow] });
    const failures = report.results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
    expect(failures).toEqual([]);
    expect(report.results.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(40);
  }, 600_000);

  test('what upstream’s runs have printed is read from CloudWatch', async () => {
    const [record] = upstreamRows('released').EXECUTIONS_TABLE!;
    const executionId = record!.execution_id!.S as string;
    const tables = await createTables('released', { endpoint: moto.url });
    const env = { ...tables.env, AWS_ENDPOINT_URL: moto.url };
    const provider = await openProvider(plugin, env, { now: Date.now, log: quietLog, role: 'all' }, 30);
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new CloudWatchLogsClient({ endpoint: moto.url, region: 'eu-west-1', credentials });
    const logGroupName = tables.env.RUNVOY_AWS_LOG_GROUP as string;
    const time = Date.now() - 60_000;
    const expected: string[] = [];
    try {
      await tables.client.send(new PutItemCommand({ TableName: tables.name('EXECUTIONS_TABLE'), Item: record }));
      await client.send(new CreateLogGroupCommand({ logGroupName }));
      for (const container of ['sidecar', 'runner']) {
        const logStreamName = `task/${container}/${executionId}`;
        const texts = Array.from({ length: 30 }, (_, n) => `${container} ${n}`);
        const logEvents = texts.map((message, n) => ({ timestamp: time + n, message }));
        await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
        await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
        expected.push(...texts);
      }
      const archived: string[] = [];
      for await (const lines of provider.logs.archive!(executionId)) archived.push(...lines.map(({ text }) => text));
      expect(archived).toEqual(expected);
      const { chunks, ended } = await provider.logs.read(executionId);
      expect(chunks.map(({ text }) => Buffer.from(text).toString()).join('')).toBe(`${expected.join('\n')}\n`);
      expect(ended).toBe(true);
    } finally {
      client.destroy();
      await provider.close();
      await tables.drop();
    }
  }, 60_000);
});
