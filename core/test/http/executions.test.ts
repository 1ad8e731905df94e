import { describe, expect, test } from 'vitest';
import { createTestApi, finish, registerImage, run, type TestApi } from './support.ts';

async function started(): Promise<{ api: TestApi; id: string }> {
  const api = await createTestApi();
  await registerImage(api);
  return { api, id: await run(api) };
}

describe('GET /executions', () => {
  test('a bare array, newest first, ten by default', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    const api = await createTestApi({ now: () => time });
    expect((await api.call('GET', '/api/v1/executions')).text).toBe('[]\n');
    await registerImage(api);
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) {
      time += 1000;
      ids.unshift(await run(api));
    }
    const idsOf = async (query: string) =>
      (await api.call('GET', `/api/v1/executions${query}`)).json.map(
        (one: { execution_id: string }) => one.execution_id,
      );
    expect(await idsOf('')).toEqual(ids.slice(0, 10));
    expect(await idsOf('?limit=')).toEqual(ids.slice(0, 10));
    expect(await idsOf('?limit=0')).toEqual(ids);
    expect(await idsOf('?limit=3')).toEqual(ids.slice(0, 3));
    expect(await idsOf('?since=2026-01-01T00:00:11Z')).toEqual(ids.slice(0, 2));
    expect(await idsOf('?until=2026-01-01T00:00:02%2B00:00&limit=0')).toEqual(ids.slice(-2));
  });

  test('the next page’s cursor is in a header', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    const api = await createTestApi({ now: () => time });
    await registerImage(api);
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      time += 1000;
      ids.unshift(await run(api));
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const page = await api.call('GET', `/api/v1/executions?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.json.map((one: { execution_id: string }) => one.execution_id));
      cursor = page.headers.get('x-next-cursor');
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  test('filters by statuses; unknown ones match nothing', async () => {
    const { api, id } = await started();
    const other = await run(api);
    await finish(api, other);
    const idsOf = async (status: string) =>
      (await api.call('GET', `/api/v1/executions?status=${status}`)).json.map(
        (one: { execution_id: string }) => one.execution_id,
      );
    expect(await idsOf('SUCCEEDED')).toEqual([other]);
    expect((await idsOf('SUCCEEDED,%20STARTING')).sort()).toEqual([id, other].sort());
    expect(await idsOf('succeeded')).toEqual([]);
    expect(await idsOf('NONSENSE')).toEqual([]);
  });

  test('every field of upstream is there', async () => {
    const { api, id } = await started();
    await finish(api, id, [], 3);
    const [execution] = (await api.call('GET', '/api/v1/executions')).json;
    expect(execution).toMatchObject({
      execution_id: id,
      created_by: 'admin@example.com',
      owned_by: ['admin@example.com'],
      command: 'true',
      image_id: 'alpine:latest-c5c74c0e',
      started_at: expect.stringMatching(/Z$/),
      completed_at: expect.stringMatching(/Z$/),
      status: 'FAILED',
      exit_code: 3,
      duration_seconds: expect.any(Number),
      created_by_request_id: expect.any(String),
      modified_by_request_id: expect.any(String),
      cloud: 'MEMORY',
      reason: 'exited',
    });
    expect(execution).not.toHaveProperty('stream_key');
  });

  test('a running one has exit code 0 in the list', async () => {
    const { api } = await started();
    const [execution] = (await api.call('GET', '/api/v1/executions')).json;
    expect(execution.exit_code).toBe(0);
    expect(execution).not.toHaveProperty('completed_at');
  });

  test.each(['-1', 'ten', '1.5', '1e3', '0x10', '99999999999'])('a limit of %s is refused', async (limit) => {
    const api = await createTestApi();
    const answer = await api.call('GET', `/api/v1/executions?limit=${limit}`);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: 'invalid limit parameter', code: 'invalid_request', field: 'limit' });
  });

  test.each([
    ['since=yesterday', 'since'],
    ['until=2026-13-01', 'until'],
    ['cursor=from-elsewhere', 'cursor'],
  ])('%s is refused', async (query, field) => {
    const api = await createTestApi();
    const answer = await api.call('GET', `/api/v1/executions?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: 'failed to list executions', code: 'INVALID_REQUEST', field });
    expect(answer.json.remedy).toBeTruthy();
  });
});

describe('GET /executions/{id}/status', () => {
  test('exit_code is null until the end', async () => {
    const { api, id } = await started();
    const before = await api.call('GET', `/api/v1/executions/${id}/status`);
    expect(before.json).toMatchObject({ execution_id: id, status: 'STARTING', command: 'true', exit_code: null });
    expect(before.json).not.toHaveProperty('completed_at');
    await finish(api, id, [], 42);
    const after = await api.call('GET', `/api/v1/executions/${id}/status`);
    expect(after.json).toMatchObject({ status: 'FAILED', exit_code: 42, reason: 'exited', logs_complete: true });
    expect(after.json.completed_at).toMatch(/Z$/);
  });

  test('an unknown execution is 404, with upstream’s words', async () => {
    const api = await createTestApi();
    const answer = await api.call('GET', '/api/v1/executions/nope/status');
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({
      error: 'failed to get execution status for executionID nope',
      code: 'NOT_FOUND',
      details: 'execution not found',
    });
  });
});

describe('DELETE /executions/{id}', () => {
  test('stops; once it is stopping or over there is nothing left to do', async () => {
    const { api, id } = await started();
    api.provider.control.deferStops = true;
    const first = await api.call('DELETE', `/api/v1/executions/${id}`);
    expect(first.status).toBe(200);
    expect(first.json).toEqual({ execution_id: id, message: 'Execution termination initiated' });
    const second = await api.call('DELETE', `/api/v1/executions/${id}`);
    expect(second.status).toBe(204);
    expect(second.text).toBe('');
    expect(second.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('an unknown execution is 404', async () => {
    const api = await createTestApi();
    const answer = await api.call('DELETE', '/api/v1/executions/nope');
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ error: 'failed to kill execution', code: 'NOT_FOUND' });
  });
});
