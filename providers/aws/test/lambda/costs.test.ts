import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployLambdas, image, until } from '../support/lambda-deployment.ts';

/** Operations of DynamoDB by what they do; the tables of log lines and of viewers are counted for themselves. */
const reads = new Set(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan']);
const writes = new Set(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem']);

describe('what a run costs', () => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  beforeAll(async () => {
    deployment = await deployLambdas();
    await deployment.ask('POST', '/images/register', { image, is_default: true });
    // The first requests of a process also find out about the deployment, and note that a key was used.
    await deployment.ask('GET', '/executions');
    await deployment.cloud.settled();
  });
  afterAll(() => deployment.close());

  const calls = () => {
    const isLog = ({ resource = '' }: { resource?: string }) => /execution-logs|websocket-connections/.test(resource);
    const all = deployment.cloud.calls.all;
    const count = (kind: Set<string>, log: boolean) =>
      all.filter((call) => kind.has(call.operation) && isLog(call) === log).length;
    return {
      all: all.map(({ operation }) => operation),
      reads: count(reads, false),
      writes: count(writes, false),
      logReads: count(reads, true),
      logWrites: count(writes, true),
    };
  };
  const finished = () =>
    until(async () => {
      await deployment.cloud.settled();
      const updates = deployment.cloud.calls.all.filter(({ operation }) => operation === 'dynamodb:UpdateItem').length;
      return updates > 0;
    });

  test('three steps lead to RunTask, and a run takes at most five reads and five writes', async () => {
    deployment.cloud.calls.clear();
    deployment.cloud.knobs.latency = { 'dynamodb:GetItem': 100 };
    const { json } = await deployment.ask('POST', '/run', { command: 'echo one' });
    deployment.cloud.knobs.latency = {};
    await finished();
    // Counted when they are answered: the look for an early stop, which is slow here, goes on beside RunTask.
    const beforeTask = calls().all.slice(0, calls().all.indexOf('ecs:RunTask'));
    expect(beforeTask).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem']);
    const { reads: read, writes: written } = calls();
    // Of the key, the image, an early stop, the record when it runs and when it has ended; one more is for the lines: the record
    // tells what is to be masked in them.
    expect(read, 'reads of metadata in a whole run').toBeLessThanOrEqual(5 + 1);
    expect(written, 'writes of metadata in a whole run').toBeLessThanOrEqual(5);
    expect((await deployment.ask('GET', `/executions/${json.execution_id}/status`)).json.status).toBe('SUCCEEDED');
  });

  test('each line is written once, 25 a request', async () => {
    deployment.cloud.calls.clear();
    const lines = 1000;
    await deployment.ask('POST', '/run', {
      command: `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo line $i; done`,
    });
    await finished();
    const batches = deployment.cloud.calls.count('dynamodb:BatchWriteItem');
    expect(batches).toBeGreaterThanOrEqual(lines / 25);
    // Beside the lines, each delivery has the description of its batch.
    expect(batches).toBeLessThanOrEqual(lines / 25 + 2 * deliveries() + 2);
    expect(calls().logWrites - batches, 'writes beside batches: two for each delivery').toBeLessThanOrEqual(
      2 * deliveries() + 2,
    );
  });

  /** Every delivery of lines takes the log's lease once. */
  const deliveries = () =>
    Math.max(1, Math.ceil((calls().logWrites - deployment.cloud.calls.count('dynamodb:BatchWriteItem')) / 2));
});
