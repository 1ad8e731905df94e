import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { openEmulators } from '@runvoy/conformance/emulators';
import type { Provider } from '@runvoy/core/provider';
import { guardProvider, openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Generation } from '../../simulator/dynamodb/layout.ts';
import plugin from '../../src/index.ts';
import { createTables, settings, type TestTables } from '../support/tables.ts';
import { oldSchema, problemsOf } from './old-schema.ts';
import { upstreamRows } from './upstream-rows.ts';

const context = {
  now: Date.now,
  log: quietLog,
  role: 'all' as const,
};
const started = '0123456789abcdef0123456789abcdef';
const running = 'fedcba9876543210fedcba9876543210';

let emulators: Awaited<ReturnType<typeof openEmulators>>;
beforeAll(async () => {
  emulators = await openEmulators({ wanted: ['dynamodb'] });
});
afterAll(() => emulators.close());

describe.each<Generation>(['released', 'main'])('a deployment of generation %s', (generation) => {
  let tables: TestTables;
  let provider: Provider;
  beforeEach(async ({ skip }) => {
    const endpoint = emulators.env.DYNAMODB_ENDPOINT;
    if (endpoint === undefined) return skip('there is no DynamoDB to test with');
    tables = await createTables(generation, {
      endpoint,
      // v0.2.0 has no indexes by request.
      without: (_table, index) => generation === 'released' && index.includes('request_id'),
    });
    for (const [variable, rows] of Object.entries(upstreamRows(generation)))
      for (const Item of rows) await tables.client.send(new PutItemCommand({ TableName: tables.name(variable), Item }));
    provider = guardProvider(await openProvider(plugin, tables.env, context, 30));
  });
  afterEach(async () => {
    await provider?.close();
    await tables?.drop();
  });

  test('is read as it is', async () => {
    const { store } = provider;
    expect(await store.query('users', { index: 'all', limit: 10 })).toMatchObject([
      { user_email: 'ana@example.com', created_at: Date.parse('2025-11-02T10:20:30.123Z'), revoked: false },
      { user_email: 'bo@example.com', revoked: true },
    ]);
    expect(await store.get('users', 'never-used')).not.toHaveProperty('last_used');
    expect(await store.get('users', 'expired-invitation')).toBeUndefined();
    expect(await store.get('claims', 'claimed-but-still-there')).toMatchObject({
      viewed: true,
      viewed_at: 1_762_078_835_000,
    });

    const executions = await store.query('executions', { index: 'all', limit: 10 });
    const oldest = generation === 'released' ? [{ created_by_request_id: 'req-v020', image_id: '' }] : [];
    expect(executions).toMatchObject([
      { execution_id: running, status: 'RUNNING', owned_by: [], compute_platform: 'AWS' },
      { execution_id: started, started_at: 1_762_078_830_000, completed_at: 1_762_078_891_000, duration_seconds: 42 },
      ...oldest,
    ]);
    expect(executions[1]!.image_id).toBe(generation === 'main' ? 'hashicorp/terraform:1.6-ce72b859' : '');
    const byRequest = { index: 'created_by_request', match: { created_by_request_id: 'req-2' }, limit: 10 };
    expect(await store.query('executions', byRequest)).toMatchObject([{ execution_id: started }]);
    const active = { index: 'status', match: { status: ['STARTING', 'RUNNING', 'TERMINATING'] }, limit: 10 };
    expect(await store.query('executions', active)).toMatchObject([{ execution_id: running }]);

    const stub = {
      cpu: 256,
      memory: 512,
      runtime_platform: 'Linux/ARM64',
      image: 'hashicorp/terraform:1.6',
      is_default: true,
    };
    const [defaultImage] = await store.query('images', { index: 'default', match: { is_default: true }, limit: 1 });
    expect(defaultImage).toMatchObject({ ...stub, template_ref: 'runvoy-hashicorp-terraform-1-6-0a1b2c3d' });
    expect(await store.get('images', 'hashicorp/terraform:1.6-ce72b859')).toMatchObject({
      cpu: 1024,
      memory: 2048,
      is_default: false,
    });
    expect(await store.query('secrets', { index: 'all', limit: 10 })).toMatchObject([
      { secret_name: 'db-password', description: '' },
    ]);
    expect(
      await store.query('connections', { index: 'execution', match: { execution_id: running }, limit: 10 }),
    ).toMatchObject([{ connection_id: 'L0SM9cOFvHcCIhw=', protocol: 1 }]);
  });

  test('is written so that a server of its generation can read every row', async () => {
    const { store, logs } = provider;
    const now = Date.now();
    const requests = { created_by_request_id: 'r1', modified_by_request_id: 'r1' };
    const user = { user_email: 'dan@example.com', role: 'viewer', created_at: now, revoked: false, ...requests };
    await store.insert('users', { api_key_hash: 'dan', ...user, expires_at: now + 900_001 });
    await store.update('users', 'dan', { unset: ['expires_at'], set: { last_used: now } });
    await store.update('users', 'never-used', { set: { last_used: now, role: 'operator' } });
    const claim = {
      user_email: 'dan@example.com',
      created_by: 'ana@example.com',
      created_at: now,
      expires_at: now + 1,
      viewed: false,
    };
    await store.insert('claims', { secret_token: 'dans', api_key: 'k', ...claim, expires_at: now + 900_001 });
    await store.update('claims', 'dans', {
      set: { viewed: true, viewed_at: now },
      unset: ['api_key'],
      when: { viewed: false },
    });
    const execution = {
      created_by: 'dan@example.com',
      owned_by: ['dan@example.com'],
      command: 'x'.repeat(100_000),
      image_id: '',
    };
    await store.insert('executions', {
      ...{ execution_id: 'new', ...execution, status: 'STARTING' as const, started_at: now, compute_platform: 'AWS' },
      ...requests,
    });
    await store.update('executions', 'new', {
      set: { status: 'RUNNING', running_at: now, task_ref: 't' },
      when: { status: 'STARTING' },
    });
    for (const id of ['new', running])
      await store.update('executions', id, {
        set: { status: 'FAILED', exit_code: 3, completed_at: now + 1234, duration_seconds: 1, reason: 'exited' },
        when: { status: 'RUNNING' },
      });
    const image = {
      image: 'alpine',
      image_registry: '',
      image_name: 'alpine',
      image_tag: 'latest',
      cpu: 256,
      memory: 512,
    };
    await store.insert('images', {
      ...{
        image_id: 'alpine:latest-c5c74c0e',
        ...image,
        is_default: true,
        runtime_platform: 'Linux/ARM64',
        template_ref: 'runvoy-alpine',
      },
      ...{ owned_by: ['a'], created_at: now, updated_at: now },
    });
    await store.update('images', 'hashicorp/terraform:1.6-0a1b2c3d', { set: { is_default: false } });
    const secret = {
      key_name: 'K',
      description: 'y'.repeat(60_000),
      created_by: 'a',
      owned_by: ['a'],
      created_at: now,
      updated_at: now,
      updated_by: 'a',
    };
    await store.insert('secrets', { secret_name: 'new', ...secret });
    await store.update('secrets', 'db-password', { set: { description: 'of the database', updated_at: now } });
    await store.insert('reservations', {
      reservation: 'user:dan@example.com',
      digest: '',
      holder: 'dan',
      created_at: now,
      expires_at: now + 1000,
    });
    await store.insert('connections', {
      connection_id: 'c',
      execution_id: 'new',
      protocol: 2,
      user_email: 'a',
      expires_at: now + 7_200_000,
    });
    await logs.append(
      'new',
      [
        { id: '1', time: now, stream: 'stderr', text: 'a line' },
        { id: '2', time: now, stream: 'stdout', text: '' },
      ],
      { end: true },
    );

    const problems: string[] = [];
    let count = 0;
    for (const variable of Object.keys(oldSchema)) {
      const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: tables.name(variable) }));
      count += Items.length;
      problems.push(...Items.flatMap((row) => problemsOf(variable, row)));
      const expected = generation === 'main' ? { users: 'ALL', executions: 'ALL' } : { users: 'USER', executions: '1' };
      if (variable === 'API_KEYS_TABLE')
        expect(new Set(Items.map((row) => row._all?.S))).toEqual(new Set([expected.users]));
      if (variable === 'EXECUTIONS_TABLE')
        expect(new Set(Items.map((row) => row._all?.S))).toEqual(new Set([expected.executions]));
      // Once a row without its mark is changed, it is listed by the index of a later stack.
      if (variable === 'SECRETS_METADATA_TABLE') expect(Items.every((row) => row._all?.S === 'ALL')).toBe(true);
    }
    expect(problems).toEqual([]);
    expect(count).toBeGreaterThan(20);
    expect((await store.get('executions', 'new'))?.command).toHaveLength(100_000);
  });

  test('what an old server changes meanwhile wins over what we keep beside it', async () => {
    const { store } = provider;
    const { name, client } = tables;
    const { UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
    const now = Date.now();
    await store.update('executions', running, { set: { status: 'TERMINATING', completed_at: now } });
    await client.send(
      new UpdateItemCommand({
        TableName: name('EXECUTIONS_TABLE'),
        Key: { execution_id: { S: running } },
        UpdateExpression: 'SET #s = :s, completed_at = :c',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':s': { S: 'STOPPED' }, ':c': { N: '1762080000' } },
      }),
    );
    expect(await store.get('executions', running)).toMatchObject({
      status: 'STOPPED',
      completed_at: 1_762_080_000_000,
    });
    await store.insert('users', {
      api_key_hash: 'eve',
      user_email: 'eve@b.c',
      role: 'viewer',
      created_at: now,
      revoked: false,
      expires_at: now + 500,
    });
    await client.send(
      new UpdateItemCommand({
        TableName: name('API_KEYS_TABLE'),
        Key: { api_key_hash: { S: 'eve' } },
        UpdateExpression: 'REMOVE expires_at',
      }),
    );
    expect(await store.get('users', 'eve')).not.toHaveProperty('expires_at');
  });
});

test('tables of an unknown layout are refused with what was found', async ({ skip }) => {
  const endpoint = emulators.env.DYNAMODB_ENDPOINT;
  if (endpoint === undefined) return skip('there is no DynamoDB to test with');
  const tables = await createTables('main', { endpoint, without: (_table, index) => index === 'all-started_at' });
  // The setting of one table names another.
  const env = { ...tables.env, RUNVOY_AWS_SECRETS_METADATA_TABLE: 'no-such-table' };
  const provider = guardProvider(await openProvider(plugin, env, context, 30));
  try {
    const { store } = provider;
    await expect(store.query('executions', { index: 'all', limit: 1 })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('has no index all-started_at'),
    });
    await expect(store.query('secrets', { index: 'all', limit: 1 })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  } finally {
    await provider.close();
    await tables.drop();
  }
});

test('a database that does not answer is a failure that passes', async () => {
  const tables = { ...settings, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const provider = guardProvider(await openProvider(plugin, tables, context, 30));
  await expect(provider.store.get('executions', 'x')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await provider.close();
});
