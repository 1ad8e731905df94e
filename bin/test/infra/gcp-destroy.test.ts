import { beforeEach, expect, test } from 'vitest';
import { destroy } from '../../src/infra/destroy.ts';
import { options, useGoogle } from './support/use-google.ts';

const google = useGoogle();
const { context, requested } = google;

const made = (type: string, id: string) => ({
  mode: 'managed',
  type,
  name: 'this',
  instances: [{ attributes: { id } }],
});

beforeEach(() => {
  google.deploy();
  google.cloud.state.resources = [
    made('google_firestore_database', 'projects/p/databases/runvoy'),
    made('google_firestore_index', 'i'),
    made('google_kms_crypto_key', 'projects/p/key'),
    made('google_pubsub_topic', 't'),
  ];
});

test('Terraform forgets what holds data before it destroys the rest', async () => {
  const one = context();
  await destroy(one, options);
  expect(one.answer).toEqual({
    destroyed: true,
    kept: ['google_firestore_database projects/p/databases/runvoy', 'google_kms_crypto_key projects/p/key'],
  });
  expect(google.cloud.state).toMatchObject({ serial: 2, resources: [{ type: 'google_pubsub_topic' }] });
  expect(google.cloud.deployment).toBeUndefined();
  const order = google.cloud.requests.map(({ call }) =>
    call.replace(/^.*(:\w+)$/, '$1').replace(/ .*deployments.*/, ''),
  );
  expect(order.filter((call) => /^(:lock|:importState|:unlock|DELETE)$/.test(call))).toEqual([
    ':lock',
    ':importState',
    ':unlock',
    'DELETE',
  ]);
});

test('with --delete-data the database goes, once it is not protected; the key never does', async () => {
  const one = context();
  await destroy(one, { ...options, deleteData: true });
  expect(requested(/^PATCH /)[0]).toMatchObject({
    query: { updateMask: 'terraformBlueprint' },
    body: { terraformBlueprint: { gcsSource: 'gs://a/b', inputValues: { keep_data: { inputValue: false } } } },
  });
  expect(one.answer).toMatchObject({ kept: ['google_kms_crypto_key projects/p/key'] });
  expect(google.cloud.state.resources.map(({ type }) => type)).toContain('google_firestore_database');
});

test('when the state cannot be exchanged, it is unlocked again and nothing is destroyed', async () => {
  google.cloud.faults.set('PUT /signed/state', { status: 500, error: { message: 'no' } });
  await expect(destroy(context(), options)).rejects.toMatchObject({
    remedy: expect.stringContaining('Nothing was destroyed'),
  });
  expect(google.cloud.deployment?.lockState).toBe('UNLOCKED');
  expect(requested(/^DELETE /)).toEqual([]);
});

test('a lock of somebody else’s stops it', async () => {
  google.cloud.deployment!.lockState = 'LOCKED';
  await expect(destroy(context(), options)).rejects.toThrow('locked by somebody@example.com');
  expect(requested(/^DELETE /)).toEqual([]);
});

test('what was never made has no state, and is destroyed all the same', async () => {
  google.cloud.faults.set(
    'POST /v1/projects/my-project-1/locations/us-central1/deployments/runvoy-backend:exportState',
    {
      status: 404,
      error: { code: 404, message: 'no state', status: 'NOT_FOUND' },
    },
  );
  const one = context();
  await destroy(one, options);
  expect(one.answer).toEqual({ destroyed: true, kept: [] });
  expect(google.cloud.deployment).toBeUndefined();
});
