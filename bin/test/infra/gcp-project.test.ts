import { expect, test } from 'vitest';
import { apply } from '../../src/infra/apply.ts';
import { plan } from '../../src/infra/plan.ts';
import { status } from '../../src/infra/status.ts';
import { database, options, topic, useGoogle } from './support/use-google.ts';

const google = useGoogle();
const { context, requested } = google;

test('plan makes nothing but what it needs itself, and asks before that', async () => {
  google.cloud.changes = [topic, database];
  await expect(plan(context(), { provider: 'gcp' })).rejects.toMatchObject({ field: '--yes' });
  expect([google.cloud.accounts.size, google.cloud.enabled.size, google.cloud.bindings.length]).toEqual([0, 0, 0]);
  const one = context();
  await plan(one, { provider: 'gcp', yes: true });
  expect(one.said.join('\n')).toContain(
    '  + service account runvoy-infra@my-project-1.iam.gserviceaccount.com, which Terraform runs as',
  );
  expect(one.answer).toMatchObject({
    changes: [
      { action: 'create', holdsData: false },
      { action: 'replace', holdsData: true },
    ],
  });
  expect(google.cloud.deployment).toBeUndefined();
});

test('an API that is not switched on, and a project without permission', async () => {
  google.cloud.faults.set('GET /v1/projects/my-project-1/services', {
    status: 403,
    error: { code: 403, message: "Permission 'serviceusage.services.get' denied", status: 'PERMISSION_DENIED' },
  });
  await expect(apply(context(), options)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('serviceusage.services.get'),
  });
  google.cloud.faults.clear();
  const one = context();
  await status(one, options);
  expect(one.answer).toMatchObject({ state: 'absent' });
  const own = apply(context(), { ...options, serviceAccount: 'tf@my-project-1.iam.gserviceaccount.com' });
  await expect(own).rejects.toMatchObject({
    remedy: expect.stringContaining('gcloud services enable config.googleapis.com'),
  });
});

test('waits until an API that was switched on answers, and an account that was made is known', async () => {
  google.cloud.lateness = 2;
  google.cloud.faults.set('POST /v1/projects/my-project-1:setIamPolicy', {
    status: 400,
    error: { code: 400, message: 'Service account runvoy-infra@… does not exist.', status: 'INVALID_ARGUMENT' },
    times: 1,
  });
  await plan(context(), options);
  expect(requested(/:setIamPolicy$/)).toHaveLength(2);
  expect(google.cloud.bindings.map(({ role }) => role)).toContain('roles/config.agent');
});

test('a policy that somebody changed meanwhile is read again, and loses nothing', async () => {
  google.cloud.faults.set('POST /v1/projects/my-project-1:setIamPolicy', {
    status: 409,
    error: { code: 409, message: 'There were concurrent policy changes.', status: 'ABORTED' },
    times: 1,
  });
  google.cloud.bindings = [{ role: 'roles/owner', members: ['user:ana@example.com'] }];
  await plan(context(), options);
  expect(google.cloud.bindings[0]).toEqual({ role: 'roles/owner', members: ['user:ana@example.com'] });
});

test('a project without billing is told so', async () => {
  google.cloud.faults.set('POST /v1/projects/my-project-1/services:batchEnable', {
    status: 400,
    error: { code: 400, message: 'Billing account for project 1 is not found.', status: 'FAILED_PRECONDITION' },
  });
  await expect(plan(context(), options)).rejects.toMatchObject({ remedy: expect.stringContaining('billing') });
});
