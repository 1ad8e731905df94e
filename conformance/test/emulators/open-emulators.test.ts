import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, openEmulators } from '../../src/emulators/index.ts';

/** One pair for the whole file; what has none is skipped, loudly. */
let emulators: Emulators;
beforeAll(async () => {
  emulators = await openEmulators({ wanted: ['firestore', 'pubsub'] });
}, 120_000);
afterAll(async () => {
  await emulators?.close();
  process.stderr.write(`${emulators?.table()}\n`);
}, 30_000);

const post = (url: string, body: object, method = 'POST') =>
  fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('Firestore, by its REST API', () => {
  it('creates a document once, reads it, removes it', async ({ skip }) => {
    const host = emulators.env.FIRESTORE_EMULATOR_HOST;
    if (host === undefined) return skip(emulators.missing.get('firestore'));
    const documents = `http://${host}/v1/projects/runvoy-test/databases/(default)/documents`;
    const create = () => post(`${documents}/things?documentId=one`, { fields: { name: { stringValue: 'one' } } });

    expect((await create()).status).toBe(200);
    expect((await create()).status).toBe(409);
    const read = await fetch(`${documents}/things/one`);
    expect(((await read.json()) as { fields: unknown }).fields).toEqual({ name: { stringValue: 'one' } });
    expect((await fetch(`${documents}/things/one`, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(`${documents}/things/one`)).status).toBe(404);
  });
});

describe('Pub/Sub, by its REST API', () => {
  it('gives a subscriber what was published', async ({ skip }) => {
    const host = emulators.env.PUBSUB_EMULATOR_HOST;
    if (host === undefined) return skip(emulators.missing.get('pubsub'));
    const project = `http://${host}/v1/projects/runvoy-test`;
    const topic = 'projects/runvoy-test/topics/changes';
    const data = Buffer.from('a task has changed').toString('base64');

    expect((await post(`${project}/topics/changes`, {}, 'PUT')).status).toBe(200);
    expect((await post(`${project}/subscriptions/core`, { topic }, 'PUT')).status).toBe(200);
    expect((await post(`${project}/topics/changes:publish`, { messages: [{ data }] })).status).toBe(200);
    const pulled = await post(`${project}/subscriptions/core:pull`, { maxMessages: 1 });
    const { receivedMessages } = (await pulled.json()) as { receivedMessages: { message: { data: string } }[] };
    expect(receivedMessages.map(({ message }) => message.data)).toEqual([data]);
  });
});

describe('what somebody else has started', () => {
  it('is used as it is, and left alone', async ({ skip }) => {
    const host = emulators.env.FIRESTORE_EMULATOR_HOST;
    if (host === undefined) return skip(emulators.missing.get('firestore'));
    const again = await openEmulators({
      wanted: ['firestore'],
      required: ['gcp'],
      env: { FIRESTORE_EMULATOR_HOST: host },
    });
    expect(again.table()).toContain('FIRESTORE_EMULATOR_HOST');
    await again.close();
    expect((await fetch(`http://${host}/`)).status).toBe(200);
  });
});

describe('what is missing', () => {
  // A port that nobody listens on: whoever names one means that one.
  const env = { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' };

  it('is told, counted, and left out', async () => {
    const said: string[] = [];
    const none = await openEmulators({ wanted: ['dynamodb'], env, log: (text) => said.push(text) });
    expect([...none.missing.keys()]).toEqual(['dynamodb']);
    expect(said.join()).toMatch(/SKIPPED.*dynamodb.*nothing answers there/);
    expect(none.table()).toContain('1 of 1 emulators are missing');
    expect(none.env.DYNAMODB_ENDPOINT).toBeUndefined();
    await none.close();
  });

  it('fails where it is required', async () => {
    const call = openEmulators({ wanted: ['dynamodb'], env: { ...env, RUNVOY_REQUIRE: 'local, aws' } });
    await expect(call).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', field: 'RUNVOY_REQUIRE' });
  });

  it('rejects a requirement that is none', async () => {
    const call = openEmulators({ wanted: [], env: { RUNVOY_REQUIRE: 'gpc' } });
    await expect(call).rejects.toThrow(/gpc/);
  });
});
