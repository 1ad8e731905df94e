import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { describe, expect, it, vi } from 'vitest';
import { parseCron } from '../../simulator/scheduler/cron.ts';
import { clientOptions } from './support/clients.ts';
import { openEndpoint } from './support/endpoint.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

function opened() {
  const { project, location } = test.fresh();
  const client = new CloudSchedulerClient(clientOptions(test.cloud, project));
  const job = (uri: string, more: object = {}) => ({
    name: `${location}/jobs/reconcile`,
    schedule: '0 * * * *',
    httpTarget: {
      uri,
      httpMethod: 'POST' as const,
      body: Buffer.from('{}'),
      oidcToken: {
        serviceAccountEmail: `runvoy-push@${project}.iam.gserviceaccount.com`,
        audience: 'https://runvoy.example',
      },
    },
    ...more,
  });
  return {
    client,
    project,
    parent: location,
    name: `${location}/jobs/reconcile`,
    job,
    state: test.cloud.project(project).scheduler,
  };
}

describe('a Scheduler job', () => {
  it('is made, changed, paused, resumed, listed and deleted', async () => {
    const { client, parent, name, job } = opened();
    const [created] = await client.createJob({ parent, job: job('https://runvoy.example/x') });
    expect(created).toMatchObject({ name, state: 'ENABLED', timeZone: 'Etc/UTC', attemptDeadline: { seconds: '180' } });
    await expect(client.createJob({ parent, job: job('https://runvoy.example/x') })).rejects.toMatchObject({ code: 6 });
    const updateMask = { paths: ['schedule', 'attempt_deadline'] };
    const changes = { name, schedule: '*/5 * * * *', attemptDeadline: { seconds: 600 } };
    expect((await client.updateJob({ job: changes, updateMask }))[0]).toMatchObject({
      schedule: '*/5 * * * *',
      attemptDeadline: { seconds: '600' },
      httpTarget: { uri: 'https://runvoy.example/x' },
    });
    expect((await client.pauseJob({ name }))[0].state).toBe('PAUSED');
    await expect(client.pauseJob({ name })).rejects.toMatchObject({ code: 9 });
    expect((await client.resumeJob({ name }))[0].state).toBe('ENABLED');
    expect((await client.listJobs({ parent }))[0]).toHaveLength(1);
    await client.deleteJob({ name });
    await expect(client.getJob({ name })).rejects.toMatchObject({ code: 5 });
    await client.close();
  });

  it('calls its target, signed, and again only if it says so', async () => {
    await using endpoint = await openEndpoint();
    const { client, parent, name, job, state } = opened();
    endpoint.statuses.push(500, 500);
    await client.createJob({ parent, job: job(endpoint.url) });
    await client.runJob({ name });
    await vi.waitFor(async () => expect((await client.getJob({ name }))[0].status).toMatchObject({ code: 13 }));
    expect(endpoint.received).toHaveLength(1);
    const { headers, body } = endpoint.received[0]!;
    expect(headers).toMatchObject({ 'x-cloudscheduler': 'true', 'user-agent': 'Google-Cloud-Scheduler' });
    expect(JSON.parse(Buffer.from(headers.authorization!.split('.')[1]!, 'base64url').toString())).toMatchObject({
      aud: 'https://runvoy.example',
      email: expect.stringContaining('runvoy-push@'),
      email_verified: true,
    });
    expect(body).toBe('{}');

    const retryConfig = { retryCount: 2, minBackoffDuration: { nanos: 10_000_000 } };
    await client.updateJob({ job: { name, retryConfig }, updateMask: { paths: ['retry_config'] } });
    expect(await state.fire(name)).toBe(204);
    expect(endpoint.received).toHaveLength(3);
    expect(endpoint.received[2]!.headers['x-cloudscheduler-retrycount']).toBe('1');
    await client.close();
  });

  it('fires in the minutes of its schedule, unless it is paused', async () => {
    await using endpoint = await openEndpoint();
    const { client, parent, name, job, state } = opened();
    await client.createJob({ parent, job: job(endpoint.url) });
    state.tick(new Date('2026-01-01T10:01:00Z'));
    state.tick(new Date('2026-01-01T11:00:00Z'));
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(1));
    await state.fire(name);
    const before = endpoint.received.length;
    await client.pauseJob({ name });
    state.tick(new Date('2026-01-01T12:00:00Z'));
    expect(endpoint.received).toHaveLength(before);
    await client.close();
  });

  it.each([
    ['a schedule that is none', { schedule: '61 * * * *' }],
    ['a time zone that is none', { timeZone: 'Europe/Atlantis' }],
    ['a deadline of an hour', { attemptDeadline: { seconds: 3600 } }],
    ['no target', { httpTarget: null }],
    [
      'a body that GET has not',
      { httpTarget: { uri: 'https://x.example', httpMethod: 'GET', body: Buffer.from('x') } },
    ],
    ['another name', { name: 'projects/x/locations/y/jobs/z' }],
    ['six retries', { retryConfig: { retryCount: 6 } }],
  ])('is refused with %s', async (_what, more) => {
    const { client, parent, job } = opened();
    await expect(
      client.createJob({ parent, job: job('https://runvoy.example/x', more) as never }),
    ).rejects.toMatchObject({ code: 3 });
    await client.close();
  });
});

it.each([
  ['* * * * *', '2026-07-01T10:17:00Z', true],
  ['0 * * * *', '2026-07-01T10:17:00Z', false],
  ['*/15 8-18 * * mon-fri', '2026-07-01T10:45:00Z', true],
  ['*/15 8-18 * * mon-fri', '2026-07-04T10:45:00Z', false],
  ['0 0 1 jan *', '2026-01-01T00:00:00Z', true],
  ['0 0 * * 7', '2026-07-05T00:00:00Z', true],
  // Where both days are restricted, either will do.
  ['0 0 13 * fri', '2026-11-27T00:00:00Z', true],
  ['0 0 13 * fri', '2026-12-13T00:00:00Z', true],
  ['0 0 13 * fri', '2026-12-14T00:00:00Z', false],
])('%s at %s: %s', (schedule, time, expected) => {
  expect(parseCron(schedule, '')(new Date(time))).toBe(expected);
});

it('a schedule is in its own time zone', () => {
  expect(parseCron('30 9 * * *', 'Asia/Kolkata')(new Date('2026-07-01T04:00:00Z'))).toBe(true);
});
