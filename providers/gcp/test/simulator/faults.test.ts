import { describe, expect, it } from 'vitest';
import { Random } from '../../simulator/cloud/random.ts';
import { ordinaryDay, startSimulator } from '../../simulator/index.ts';
import { Clients } from './support/clients.ts';
import { createJob, runLine, shell, start } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

describe('a call that is made to fail', () => {
  it('fails before it has an effect, or after', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'fragile', { containers: [shell('true')] });
    const count = async () => (await clients.executions.listExecutions({ parent: job }))[0].length;
    const run = () => clients.jobs.runJob({ name: job }, { retry: null });
    test.cloud.inject({ method: 'RunJob', code: 'UNAVAILABLE', times: 1, project: clients.project });
    await expect(run()).rejects.toMatchObject({ code: 14 });
    expect(await count()).toBe(0);
    test.cloud.inject({ method: 'google.cloud.run.v2.Jobs.RunJob', code: 'UNAVAILABLE', when: 'after', times: 1 });
    await expect(run()).rejects.toMatchObject({ code: 14 });
    expect(await count()).toBe(1);
    await run();
    expect(await count()).toBe(2);
  });

  it('fails at a rate, of one project or all, until it is taken back', async () => {
    const [mine, other] = [test.fresh(), test.fresh()];
    const stop = test.cloud.inject({
      method: 'ListSecrets',
      code: 'RESOURCE_EXHAUSTED',
      rate: 0.5,
      project: mine.project,
    });
    const outcomes = async (clients: typeof mine) => {
      const calls = Array.from({ length: 40 }, () =>
        clients.secrets.listSecrets({ parent: `projects/${clients.project}` }, { retry: null }),
      );
      const settled = await Promise.allSettled(calls);
      return settled.filter(({ status }) => status === 'rejected').length;
    };
    const failed = await outcomes(mine);
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(35);
    expect(await outcomes(other)).toBe(0);
    stop();
    expect(await outcomes(mine)).toBe(0);
  });
});

it('every call is counted, by project, caller and method', async () => {
  const clients = test.fresh();
  const { project } = clients;
  const job = await createJob(clients, 'counted', { containers: [shell('true')] });
  const { over } = await start(clients, job);
  await over;
  await expect(clients.jobs.getJob({ name: `${job}x` })).rejects.toMatchObject({ code: 5 });
  const { calls } = test.cloud;
  expect(calls.count({ project, method: 'RunJob' })).toBe(1);
  expect(calls.count({ project, method: 'google.cloud.run.v2.Jobs.GetJob' })).toBe(1);
  expect(calls.list({ project, method: 'CreateJob' })).toEqual([
    { project, caller: 'owner', method: 'google.cloud.run.v2.Jobs.CreateJob', count: 1 },
  ]);
  expect(calls.count({ project: 'another-project' })).toBe(0);
  calls.reset(project);
  expect(calls.count({ project })).toBe(0);
});

it('an answer takes as long as the knob says', async () => {
  const clients = test.fresh();
  test.cloud.knobs.rpcLatencyMs = [150, 200];
  const before = performance.now();
  await clients.jobs.listJobs({ parent: clients.location });
  test.cloud.knobs.rpcLatencyMs = 0;
  expect(performance.now() - before).toBeGreaterThanOrEqual(149);
});

it('a run comes to its end on an ordinary day, too', async () => {
  await using cloud = await startSimulator({ knobs: ordinaryDay });
  const clients = new Clients(cloud, 'ordinary-project');
  const { execution } = await runLine(clients, 'ordinary', 'seq 10');
  expect(execution.succeededCount).toBe(1);
  const { entries } = cloud.project('ordinary-project').logging;
  const isThere = (end: string) => entries.some(({ logName }) => logName.endsWith(end));
  await expect.poll(() => isThere('stdout') && isThere('system_event'), { timeout: 10_000 }).toBe(true);
  await clients.close();
});

it('chance is the same for the same seed', async () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    return [random.hex(8), random.within([0, 100]), random.uuid(), random.chance(0.5)];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  await using cloud = await startSimulator({ seed: 7 });
  expect(cloud.seed).toBe(7);
});

it('names no project, or a wrong one, in vain', async () => {
  const { jobs } = test.fresh();
  for (const parent of ['locations/us-central1', 'projects/No Project/locations/us-central1'])
    await expect(jobs.listJobs({ parent })).rejects.toMatchObject({ code: 3 });
});
