import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployLambdas, until } from '../support/lambda-deployment.ts';

describe('tasks on Fargate', () => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  beforeAll(async () => {
    deployment = await deployLambdas({ settings: { RUNVOY_AWS_CAPACITY_PROVIDER: 'FARGATE_SPOT' } });
  });
  afterAll(() => deployment.close());

  const ended = (id: string) =>
    until(async () => {
      const { json } = await deployment.ask('GET', `/executions/${id}/status`);
      return ['SUCCEEDED', 'FAILED', 'STOPPED'].includes(json.status) && json;
    });

  test('an image with an entry point of its own runs commands', async () => {
    const reference = 'hashicorp/terraform:1.6';
    deployment.cloud.knobs.images = { [reference]: { entrypoint: ['/bin/false'] } };
    await deployment.ask('POST', '/images/register', { image: reference });
    const { json } = await deployment.ask('POST', '/run', { image: reference, command: 'exit 6' });
    expect(await ended(json.execution_id)).toMatchObject({ exit_code: 6, reason: 'exited' });
  });

  test('sizes that Fargate has not got are raised, or refused with those that it has', async () => {
    const register = (cpu: number, memory: number) =>
      deployment.ask('POST', '/images/register', { image: 'alpine:3', cpu, memory });
    const raised = await register(512, 1500);
    expect(raised.status).toBe(201);
    expect(JSON.stringify(raised.json)).toContain('memory raised to 2048 MiB');
    expect(await register(300, 512)).toMatchObject({ status: 400, json: { field: 'cpu' } });
    expect(await register(256, 4096)).toMatchObject({ status: 400, json: { field: 'memory' } });
  });

  test('a machine that is taken away is no end of the command’s own', async () => {
    deployment.cloud.knobs.spotInterruption = 1;
    const { json } = await deployment.ask('POST', '/run', { command: 'sleep 300' });
    expect(await ended(json.execution_id)).toMatchObject({ status: 'FAILED', exit_code: 1, reason: 'lost' });
    deployment.cloud.knobs.spotInterruption = 0;
  }, 60_000);

  test('a command that is too long for ECS is refused, and nothing is left of it', async () => {
    const { status, json } = await deployment.ask('POST', '/run', { command: `: ${'x'.repeat(8000)}` });
    expect([status, json.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const { json: list } = await deployment.ask('GET', '/executions?status=STARTING');
    expect(list).toEqual([]);
  });
});
