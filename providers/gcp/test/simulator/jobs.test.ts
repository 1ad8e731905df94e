import { status } from '@grpc/grpc-js';
import { describe, expect, it, vi } from 'vitest';
import { createJob, shell, start } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

const textsOf = (project: string) => test.cloud.project(project).logging.entries.map(({ textPayload }) => textPayload);

describe('a job', () => {
  it('is made once, found, listed, changed and deleted', async () => {
    const clients = test.fresh();
    const name = await createJob(clients, 'one', { containers: [shell('true')] });
    await expect(createJob(clients, 'one', { containers: [shell('true')] })).rejects.toMatchObject({ code: 6 });
    const [job] = await clients.jobs.getJob({ name });
    expect(job).toMatchObject({
      name,
      generation: '1',
      terminalCondition: { state: 'CONDITION_SUCCEEDED' },
      template: {
        taskCount: 1,
        template: {
          timeout: { seconds: '600' },
          containers: [{ resources: { limits: { cpu: '1000m', memory: '512Mi' } } }],
        },
      },
    });
    expect((await clients.jobs.listJobs({ parent: clients.location }))[0].map((each) => each.name)).toEqual([name]);
    expect((await clients.jobs.listJobs({ parent: `${clients.location.replace('central1', 'east1')}` }))[0]).toEqual(
      [],
    );

    const [updating] = await clients.jobs.updateJob({ job: { ...job, labels: { a: 'b' } } });
    await updating.promise();
    expect((await clients.jobs.getJob({ name }))[0]).toMatchObject({
      generation: '2',
      labels: { a: 'b' },
      uid: job.uid,
    });
    await expect(clients.jobs.updateJob({ job })).rejects.toMatchObject({ code: status.ABORTED });

    await clients.jobs.deleteJob({ name });
    await expect(clients.jobs.getJob({ name })).rejects.toMatchObject({ code: 5 });
  });

  it('is ready as late as the knob says', async () => {
    const clients = test.fresh();
    test.cloud.knobs.jobReadyMs = 200;
    const job = { template: { template: { containers: [shell('true')] } } };
    const [operation] = await clients.jobs.createJob({ parent: clients.location, jobId: 'slow', job });
    test.cloud.knobs.jobReadyMs = 0;
    expect(operation.done).toBe(false);
    await operation.promise();
    expect((operation.metadata as { name: string }).name).toBe(`${clients.location}/jobs/slow`);
  });

  it('takes its executions with it, the running ones too', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'gone', { containers: [shell('exec sleep 60')] });
    const { name } = await start(clients, job);
    await clients.jobs.deleteJob({ name: job });
    await expect(clients.executions.getExecution({ name })).rejects.toMatchObject({ code: 5 });
    expect((await clients.executions.listExecutions({ parent: `${clients.location}/jobs/-` }))[0]).toEqual([]);
  });

  it('keeps its last executions only', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'busy', { containers: [shell('true')] });
    test.cloud.knobs.retainedExecutions = 2;
    const names: (string | null | undefined)[] = [];
    for (let count = 0; count < 4; count++) names.unshift((await (await start(clients, job)).over).execution.name);
    test.cloud.knobs.retainedExecutions = 1000;
    const [kept] = await clients.executions.listExecutions({ parent: job });
    expect(kept.map(({ name }) => name)).toEqual(names.slice(0, 2));
    expect((await clients.jobs.getJob({ name: job }))[0].executionCount).toBe(4);
  });
});

describe('an execution', () => {
  it('has the overrides of its run: arguments replaced, variables merged', async () => {
    const clients = test.fresh();
    const env = [
      { name: 'A', value: 'job' },
      { name: 'B', value: 'job' },
    ];
    const job = await createJob(clients, 'overridden', { containers: [shell('echo wrong', { env })] });
    const overrides = {
      timeout: { seconds: 77 },
      taskCount: 2,
      containerOverrides: [
        { args: ['echo "$A $B $CLOUD_RUN_TASK_INDEX/$CLOUD_RUN_TASK_COUNT"'], env: [{ name: 'B', value: 'run' }] },
      ],
    };
    const { name, over } = await start(clients, job, overrides);
    expect(name).toMatch(new RegExp(`^${job}/executions/overridden-[a-z0-9]{5}$`));
    const { execution } = await over;
    expect(execution).toMatchObject({ taskCount: 2, template: { timeout: { seconds: '77' } } });
    expect(textsOf(clients.project)).toEqual(expect.arrayContaining(['job run 0/2', 'job run 1/2']));
  });

  it('is named by RunJob at once, while it starts cold', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'cold', { containers: [shell('true')] });
    test.cloud.knobs.coldStartMs = 60_000;
    const { name } = await start(clients, job);
    test.cloud.knobs.coldStartMs = 0;
    const [execution] = await clients.executions.getExecution({ name });
    expect(execution).toMatchObject({ startTime: null, completionTime: null, reconciling: true, runningCount: 0 });
    expect(execution.conditions?.[0]).toMatchObject({ type: 'Completed', state: 'CONDITION_RECONCILING' });
  });

  it('is listed across jobs, newest first, later than it is found by name', async () => {
    const clients = test.fresh();
    const jobs = [
      await createJob(clients, 'first', { containers: [shell('true')] }),
      await createJob(clients, 'second', { containers: [shell('true')] }),
    ];
    const names: string[] = [];
    for (const job of [...jobs, ...jobs]) names.unshift((await start(clients, job)).name);
    const parent = `${clients.location}/jobs/-`;
    const listed = async (request: object = {}) =>
      (await clients.executions.listExecutions({ parent, ...request }))[0].map(({ name }) => name);
    expect(await listed()).toEqual(names);
    const paged = { parent, pageSize: 3 };
    const [page, , { nextPageToken } = {}] = await clients.executions.listExecutions(paged, { autoPaginate: false });
    const [rest] = await clients.executions.listExecutions(
      { ...paged, pageToken: nextPageToken ?? '' },
      { autoPaginate: false },
    );
    expect([...page, ...rest].map(({ name }) => name)).toEqual(names);
    test.cloud.knobs.listLagMs = 60_000;
    expect(await listed()).toEqual([]);
    test.cloud.knobs.listLagMs = 0;
    expect((await clients.executions.getExecution({ name: names[0]! }))[0].name).toBe(names[0]);
    await clients.executions.deleteExecution({ name: names[0]! });
    expect(await listed()).toEqual(names.slice(1));
  });

  it('survives the exchange of its machine', async () => {
    const clients = test.fresh();
    const line = 'trap "echo paused" TSTP; trap "echo resumed; exit 0" CONT; echo on; while :; do sleep 0.05; done';
    const job = await createJob(clients, 'maintained', { containers: [shell(line)] });
    const { name, over } = await start(clients, job);
    await vi.waitFor(() => expect(textsOf(clients.project)).toContain('on'));
    test.cloud.project(clients.project).run.executions.get(name)!.maintain(200);
    expect((await over).execution.succeededCount).toBe(1);
    expect(textsOf(clients.project)).toEqual(expect.arrayContaining(['paused', 'resumed']));
  });
});

describe('what the real service refuses', () => {
  const container = shell('true');
  const refused: [what: string, jobId: string, container: object, message: RegExp][] = [
    ['a name of 50 characters', `j${'x'.repeat(49)}`, {}, /job_id/],
    ['a name with capitals', 'Job', {}, /job_id/],
    ['a name that ends with a dash', 'job-', {}, /job_id/],
    ['less than one CPU', 'job', { resources: { limits: { cpu: '0.5' } } }, /cpu/],
    ['three CPUs', 'job', { resources: { limits: { cpu: '3' } } }, /cpu/],
    ['too little memory', 'job', { resources: { limits: { memory: '256Mi' } } }, /memory/],
    ['4 CPUs with 1 GiB', 'job', { resources: { limits: { cpu: '4', memory: '1Gi' } } }, /memory/],
    ['more than 32 GiB', 'job', { resources: { limits: { cpu: '8', memory: '64Gi' } } }, /memory/],
    ['1001 arguments', 'job', { args: Array.from({ length: 1001 }, () => 'x') }, /1000/],
    [
      '1001 variables',
      'job',
      { env: Array.from({ length: 1001 }, (_, at) => ({ name: `V${at}`, value: '' })) },
      /1000/,
    ],
    ['a value of 32 KiB and a byte', 'job', { env: [{ name: 'A', value: 'x'.repeat(32_769) }] }, /32768/],
    [
      'a variable twice',
      'job',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
      /unique/,
    ],
    ['a variable of its own', 'job', { env: [{ name: 'CLOUD_RUN_JOB', value: '1' }] }, /reserved/],
    ['a registry that it does not know', 'job', { image: 'ghcr.io/a/b' }, /docker\.io/],
    ['a volume that is not there', 'job', { volumeMounts: [{ name: 'x', mountPath: '/x' }] }, /volume/],
  ];
  it.each(refused)('%s', async (_what, jobId, more, message) => {
    const clients = test.fresh();
    const job = { template: { template: { containers: [{ ...container, ...more }] } } };
    await expect(clients.jobs.createJob({ parent: clients.location, jobId, job })).rejects.toMatchObject({
      code: 3,
      message: expect.stringMatching(message),
    });
    expect((await clients.jobs.listJobs({ parent: clients.location }))[0]).toEqual([]);
  });

  it.each([
    ['labels of Google', { labels: { 'run.googleapis.com/x': 'y' } }, /reserved/],
    ['labels with capitals', { labels: { runvoy: 'Demo' } }, /label/],
    ['11 containers', { containers: Array.from({ length: 11 }, (_, at) => ({ ...container, name: `c${at}` })) }, /10/],
    ['eleven retries', { maxRetries: 11 }, /max_retries/],
    ['eight days', { timeout: { seconds: 8 * 24 * 3600 } }, /timeout/],
    [
      'a dependency without a startup probe',
      {
        containers: [
          { ...container, name: 'a', dependsOn: ['b'] },
          { ...container, name: 'b' },
        ],
      },
      /Dependent container 'b' must have startup probe specified/,
    ],
  ])(
    '%s',
    async (_what, {
      labels = {},
      ...template
    }: { labels?: Record<string, string>; [key: string]: unknown }, message) => {
      const clients = test.fresh();
      const job = { template: { labels, template: { containers: [container], ...template } } };
      await expect(clients.jobs.createJob({ parent: clients.location, jobId: 'job', job })).rejects.toMatchObject({
        code: 3,
        message: expect.stringMatching(message),
      });
    },
  );

  it.each([
    ['arguments without a name where there are several containers', { containerOverrides: [{ args: ['x'] }] }],
    ['a container that is not there', { containerOverrides: [{ name: 'c', args: ['x'] }] }],
    [
      'a secret in the place of a plain value',
      { containerOverrides: [{ name: 'a', env: [{ name: 'PLAIN', valueSource: { secretKeyRef: { secret: 's' } } }] }] },
    ],
  ])('an override of %s', async (_what, overrides) => {
    const clients = test.fresh();
    const containers = [
      { ...container, name: 'a', env: [{ name: 'PLAIN', value: '1' }] },
      { ...container, name: 'b' },
    ];
    const name = await createJob(clients, 'two', { containers });
    await expect(clients.jobs.runJob({ name, overrides })).rejects.toMatchObject({ code: 3 });
    expect((await clients.executions.listExecutions({ parent: name }))[0]).toEqual([]);
  });

  it('an account that does not exist', async () => {
    const clients = test.fresh();
    const template = { serviceAccount: `nobody@${clients.project}.iam.gserviceaccount.com`, containers: [container] };
    const call = clients.jobs.createJob({ parent: clients.location, jobId: 'job', job: { template: { template } } });
    await expect(call).rejects.toMatchObject({ code: 7, message: expect.stringContaining('actAs') });
  });
});
