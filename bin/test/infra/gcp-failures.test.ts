import { expect, test } from 'vitest';
import { apply } from '../../src/infra/apply.ts';
import { status } from '../../src/infra/status.ts';
import { deploymentName, options, topic, useGoogle } from './support/use-google.ts';

const google = useGoogle();
const { context, requested } = google;

test('a deployment that somebody locked is left alone, and said by whom', async () => {
  google.deploy();
  google.cloud.deployment!.lockState = 'LOCKED';
  google.cloud.changes = [topic];
  const failed = apply(context(), options);
  await expect(failed).rejects.toMatchObject({
    code: 'CONFLICT',
    remedy: expect.stringContaining(`unlock ${deploymentName} --lock-id=99`),
  });
  await expect(failed).rejects.toThrow('locked by somebody@example.com');
  expect(requested(/^PATCH /)).toEqual([]);
});

test.each([
  [
    'permission',
    {
      failures: [
        { resourceAddress: 'a', httpResponseCode: 403, errorDescription: "Permission 'run.services.create' denied" },
      ],
    },
    'FORBIDDEN',
    'Grant the role',
  ],
  [
    'organisation policy',
    {
      failures: [
        {
          httpResponseCode: 412,
          errorDescription:
            'One or more users named in the policy do not belong to a permitted customer: constraints/iam.allowedPolicyMemberDomains',
        },
      ],
    },
    'FORBIDDEN',
    'open_by_all_users',
  ],
  [
    'quota',
    { failures: [{ resourceAddress: 'a', httpResponseCode: 429, errorDescription: 'Quota exceeded for CPU' }] },
    'CAPACITY_EXCEEDED',
    'Quotas page',
  ],
  [
    'left over',
    { failures: [{ httpResponseCode: 409, errorDescription: 'Database already exists' }] },
    'CONFLICT',
    'firestore_database_exists',
  ],
  [
    'API just enabled',
    {
      failures: [
        {
          httpResponseCode: 403,
          errorDescription: 'Cloud Run Admin API has not been used in project 1 before or it is disabled',
        },
      ],
    },
    'CONFLICT',
    'wait a minute',
  ],
  ['no build permission', { errorCode: 'CLOUD_BUILD_PERMISSION_DENIED' }, 'SERVICE_UNAVAILABLE', 'apply again'],
  ['quota validation', { errorCode: 'QUOTA_VALIDATION_FAILED' }, 'CAPACITY_EXCEEDED', 'Quotas page'],
])('a failure (%s) is told with its cause and what to do', async (_name, outcome, code, remedy) => {
  google.cloud.changes = [topic];
  google.cloud.outcome = outcome;
  await expect(apply(context(), options)).rejects.toMatchObject({ code, remedy: expect.stringContaining(remedy) });
  // What was made is kept, and the next apply goes on from there.
  google.cloud.outcome = {};
  await apply(context(), options);
  expect(google.cloud.deployment?.state).toBe('ACTIVE');
});

test('of several failures the one with a known cause is told', async () => {
  google.cloud.changes = [topic];
  google.cloud.outcome = {
    failures: [
      { errorDescription: 'Error waiting for something' },
      { errorDescription: 'Quota exceeded', resourceAddress: 'b' },
    ],
  };
  await expect(apply(context(), options)).rejects.toThrow('failed: b: Quota exceeded (and 1 more)');
});

test('a plan that fails says why, and leaves no preview behind', async () => {
  google.cloud.preview = { failures: [{ errorDescription: 'Invalid value for variable: Give a region' }] };
  await expect(apply(context(), options)).rejects.toThrow('Give a region');
  expect(requested(/^DELETE .*\/previews\//)).toHaveLength(1);
  expect(google.cloud.deployment).toBeUndefined();
});

test('status tells why the last apply failed', async () => {
  google.cloud.changes = [topic];
  google.cloud.outcome = { failures: [{ resourceAddress: 'a', errorDescription: 'Quota exceeded for CPU' }] };
  await expect(apply(context(), options)).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
  const one = context();
  await status(one, options);
  expect(one.answer).toMatchObject({
    state: 'failed',
    detail: 'FAILED: the last apply failed: a: Quota exceeded for CPU',
  });
});
