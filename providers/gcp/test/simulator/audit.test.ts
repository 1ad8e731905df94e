import { describe, expect, it } from 'vitest';
import type { Clients } from './support/clients.ts';
import { createJob, shell, start } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

type Json = Record<string, unknown>;

/** The audit entry of a run, as a sink would publish it. */
async function auditOf(clients: Clients, line: string, { cancel = false, timeout = 300 } = {}): Promise<Json> {
  const account = 'runvoy-job@'.concat(clients.project, '.iam.gserviceaccount.com');
  const job = await createJob(clients, 'audited', {
    serviceAccount: account,
    timeout: { seconds: timeout },
    containers: [shell(line, { name: 'runner', env: [{ name: 'PLAIN', value: 'in clear' }] })],
  });
  const { name, over } = await start(clients, job);
  if (cancel) await clients.executions.cancelExecution({ name });
  await over;
  const { entries } = test.cloud.project(clients.project).logging;
  const entry = entries.find(({ logName }) => logName.endsWith('cloudaudit.googleapis.com%2Fsystem_event'));
  return entry as unknown as Json;
}

const common = (clients: Clients, status: Json, severity: string, conditions: Json, counts: Json) => ({
  labels: { 'run.googleapis.com/execution_name': expect.stringMatching(/^audited-[a-z0-9]{5}$/) },
  logName: `projects/${clients.project}/logs/cloudaudit.googleapis.com%2Fsystem_event`,
  resource: {
    type: 'cloud_run_job',
    labels: { project_id: clients.project, location: 'us-central1', job_name: 'audited' },
  },
  severity,
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    serviceName: 'run.googleapis.com',
    methodName: '/Jobs.RunJob',
    resourceName: expect.stringMatching(new RegExp(`^namespaces/${clients.project}/executions/audited-[a-z0-9]{5}$`)),
    status,
    response: {
      '@type': 'type.googleapis.com/google.cloud.run.v1.Execution',
      apiVersion: 'run.googleapis.com/v1',
      kind: 'Execution',
      metadata: {
        namespace: expect.stringMatching(/^\d{12}$/),
        labels: { 'run.googleapis.com/job': 'audited', 'cloud.googleapis.com/location': 'us-central1' },
      },
      spec: {
        parallelism: 1,
        taskCount: 1,
        template: {
          spec: {
            containers: [
              {
                name: 'runner',
                env: [{ name: 'PLAIN', value: 'in clear' }],
                resources: { limits: { memory: '512Mi' } },
              },
            ],
            maxRetries: 0,
            timeoutSeconds: expect.stringMatching(/^\d+$/),
            serviceAccountName: expect.stringContaining('runvoy-job@'),
          },
        },
      },
      status: {
        conditions: [
          { type: 'Completed', ...conditions },
          { type: 'ResourcesAvailable' },
          { type: 'Started' },
          { type: 'ContainerReady', status: 'True' },
          { type: 'Retry', status: 'True', reason: 'ImmediateRetry', severity: 'Info' },
        ],
        completionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        ...counts,
      },
    },
  },
});

/** The recorded shapes of the real cloud, one by one. */
describe('the audit entry of an execution', () => {
  const failed = expect.stringMatching(
    /^Execution audited-[a-z0-9]{5} has failed to complete, 0\/1 tasks were a success\.$/,
  );

  it('that succeeded', async () => {
    const clients = test.fresh();
    expect(await auditOf(clients, 'echo hi')).toMatchObject(
      common(
        clients,
        { message: expect.stringMatching(/ has completed successfully\.$/) },
        'INFO',
        { status: 'True' },
        { succeededCount: 1 },
      ),
    );
  });

  it('that exited with an error: code 10', async () => {
    const clients = test.fresh();
    expect(await auditOf(clients, 'exit 3')).toMatchObject(
      common(
        clients,
        { message: failed, code: 10 },
        'ERROR',
        {
          status: 'False',
          reason: 'NonZeroExitCode',
          message: expect.stringMatching(
            /^Task audited-[a-z0-9]{5}-task0 failed with message: The container exited with an error\.$/,
          ),
        },
        { failedCount: 1 },
      ),
    );
  });

  it('that took too long: code 4, and no reason', async () => {
    const clients = test.fresh();
    const entry = await auditOf(clients, 'exec sleep 30', { timeout: 1 });
    const message = expect.stringContaining('failed with message: The configured timeout was reached.');
    expect(entry).toMatchObject(
      common(clients, { message: failed, code: 4 }, 'ERROR', { status: 'False', message }, { failedCount: 1 }),
    );
    expect(JSON.stringify(entry)).not.toContain('"reason":"NonZeroExitCode"');
  });

  it('that was cancelled: code 1', async () => {
    const clients = test.fresh();
    const condition = { status: 'False', reason: 'Cancelled', message: 'Execution was cancelled.' };
    expect(await auditOf(clients, 'exec sleep 30', { cancel: true })).toMatchObject(
      common(clients, { message: failed, code: 1 }, 'ERROR', condition, { cancelledCount: 1 }),
    );
  });
});
