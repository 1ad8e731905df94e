import { describe, expect, it, vi } from 'vitest';
import { conditionOf, createJob, runLine, shell, start } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

describe('an execution that ends by itself', () => {
  it('succeeds with exit code 0', async () => {
    const { execution, task, error } = await runLine(test.fresh(), 'good', 'echo done');
    expect(error).toBe(undefined);
    expect(execution).toMatchObject({ succeededCount: 1, failedCount: 0, runningCount: 0, reconciling: false });
    expect(conditionOf(execution, 'Completed')).toMatchObject({ state: 'CONDITION_SUCCEEDED' });
    expect(task.lastAttemptResult).toMatchObject({ exitCode: 0, termSignal: 0, status: null });
    expect(execution.conditions?.map(({ type }) => type)).toEqual([
      'Completed',
      'ResourcesAvailable',
      'Started',
      'ContainerReady',
      'Retry',
    ]);
  });

  it('fails with another, which only its task tells', async () => {
    const { execution, task, error } = await runLine(test.fresh(), 'bad', 'exit 42');
    expect(error).toMatchObject({ code: 10, message: expect.stringContaining('The container exited with an error.') });
    expect(execution).toMatchObject({ succeededCount: 0, failedCount: 1 });
    expect(conditionOf(execution, 'Completed')).toMatchObject({
      state: 'CONDITION_FAILED',
      executionReason: 'NON_ZERO_EXIT_CODE',
    });
    expect(task.lastAttemptResult).toMatchObject({ exitCode: 42, termSignal: 0 });
  });

  it.each([
    ['SEGV', 11],
    ['KILL', 9],
  ])('fails with signal %s', async (name, number) => {
    const { task } = await runLine(test.fresh(), 'signal', `kill -${name} $$`);
    expect(task.lastAttemptResult).toMatchObject({ exitCode: 0, termSignal: number });
  });
});

describe('an execution that the platform ends', () => {
  it('has exit code 0 after its timeout', async () => {
    const { execution, task, error } = await runLine(test.fresh(), 'late', 'exec sleep 60', {
      timeout: { seconds: 1 },
    });
    expect(error).toMatchObject({ code: 4 });
    expect(conditionOf(execution, 'Completed')).toMatchObject({
      state: 'CONDITION_FAILED',
      message: expect.stringMatching(/-task0 failed with message: The configured timeout was reached\.$/),
    });
    expect(conditionOf(execution, 'Completed')).not.toHaveProperty('executionReason');
    expect(task.lastAttemptResult).toMatchObject({ exitCode: 0, status: { code: 4 } });
  });

  it('has exit code 0 when it is out of memory', async () => {
    // A shell that doubles a text takes what it gets.
    const { execution, task } = await runLine(test.fresh(), 'hungry', 'x=0123456789abcdef; while :; do x=$x$x; done', {
      containers: [
        shell('x=0123456789abcdef; while :; do x=$x$x; done', { resources: { limits: { memory: '512Mi' } } }),
      ],
    });
    expect(conditionOf(execution, 'Completed')?.message).toMatch(
      /failed with exit code: 0 and message: The configured memory limit was reached\.$/,
    );
    expect(task.lastAttemptResult).toMatchObject({
      exitCode: 0,
      termSignal: 0,
      status: { message: 'The configured memory limit was reached.' },
    });
  });

  it('gives its processes SIGTERM, then no more than the grace', async () => {
    test.cloud.knobs.terminationGraceMs = 300;
    const line = 'trap "echo asked" TERM; echo on; while :; do sleep 0.1; done';
    const clients = test.fresh();
    const { task } = await runLine(clients, 'stubborn', line, { timeout: { seconds: 1 } });
    test.cloud.knobs.terminationGraceMs = 10_000;
    expect(task.lastAttemptResult).toMatchObject({ exitCode: 0, status: { code: 4 } });
    const texts = test.cloud.project(clients.project).logging.entries.map(({ textPayload }) => textPayload);
    expect(texts).toContain('asked');
  });
});

describe('an execution that somebody cancels', () => {
  it('counts as cancelled, though the operation fails', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'long', { containers: [shell('exec sleep 60')] });
    const { name, over } = await start(clients, job);
    await vi.waitFor(async () => expect((await clients.executions.getExecution({ name }))[0].runningCount).toBe(1));

    const [cancelling] = await clients.executions.cancelExecution({ name });
    const failure = await cancelling.promise().catch((reason: { code: number }) => reason);
    expect([2, 10]).toContain((failure as { code: number }).code);
    const { execution, error } = await over;
    expect(error).toMatchObject({ code: 1 });
    expect(execution).toMatchObject({ cancelledCount: 1, failedCount: 0, succeededCount: 0 });
    expect(conditionOf(execution, 'Completed')).toMatchObject({
      state: 'CONDITION_FAILED',
      executionReason: 'CANCELLED',
    });
  });

  it('can be cancelled before it has started, and twice', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'cold', { containers: [shell('echo never')] });
    test.cloud.knobs.coldStartMs = 60_000;
    const { name, over } = await start(clients, job);
    test.cloud.knobs.coldStartMs = 0;
    await clients.executions.cancelExecution({ name });
    const { execution, task } = await over;
    expect(execution).toMatchObject({ cancelledCount: 1, startTime: null });
    expect(task.lastAttemptResult).toBe(null);
  });

  it('cannot be cancelled once it is over', async () => {
    const clients = test.fresh();
    const { execution } = await runLine(clients, 'over', 'true');
    await expect(clients.executions.cancelExecution({ name: execution.name! })).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining('cannot be cancelled because it is not running'),
    });
  });
});

describe('an execution that cannot start', () => {
  it.each([
    ['an image that is not there', { containers: [shell('true', { image: 'docker.io/nobody/nothing:1' })] }, 'Image'],
    [
      'a secret that is not there',
      { containers: [shell('true', { env: [{ name: 'A', valueSource: { secretKeyRef: { secret: 'gone' } } }] })] },
      'Secret',
    ],
    ['a program that is not there', { containers: [{ image: 'alpine', command: ['/no/such'] }] }, 'no such file'],
  ])('tells of %s in its condition only', async (_what, shape, text) => {
    const { execution, task } = await runLine(test.fresh(), 'failing', '', { maxRetries: 3, ...shape });
    expect(execution).toMatchObject({ failedCount: 1, retriedCount: 0 });
    expect(conditionOf(execution, 'Completed')?.message).toContain(text);
    expect(task.lastAttemptResult).toBe(null);
  });
});

describe('a task that fails', () => {
  it('is tried three times more unless the job says otherwise', async () => {
    const clients = test.fresh();
    const [operation] = await clients.jobs.createJob({
      parent: clients.location,
      jobId: 'default-retries',
      job: { template: { template: { containers: [shell('echo "attempt $CLOUD_RUN_TASK_ATTEMPT"; exit 1')] } } },
    });
    const [job] = await operation.promise();
    expect(job.template!.template!.maxRetries).toBe(3);
    const { execution, task } = await (await start(clients, job.name!)).over;
    expect(execution).toMatchObject({ failedCount: 1, retriedCount: 3 });
    expect(task.retried).toBe(3);
    const texts = test.cloud.project(clients.project).logging.entries.map(({ textPayload }) => textPayload);
    expect(texts.filter((text) => text?.startsWith('attempt'))).toEqual([
      'attempt 0',
      'attempt 1',
      'attempt 2',
      'attempt 3',
    ]);
  });

  it('does not stop the others', async () => {
    const { execution } = await runLine(test.fresh(), 'many', 'exit $CLOUD_RUN_TASK_INDEX', { taskCount: 3 });
    expect(execution).toMatchObject({ taskCount: 3, succeededCount: 1, failedCount: 2 });
  });
});
