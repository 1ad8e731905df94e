import { expect, test } from 'vitest';
import { createTestApi, finish, keyOf, registerImage, run, type TestApi } from './support.ts';

async function started(): Promise<{ api: TestApi; id: string }> {
  const api = await createTestApi();
  await registerImage(api);
  return { api, id: await run(api) };
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `l${index}`,
    time: 1_000 + index,
    stream: 'stdout' as const,
    text: `line ${index}`,
  }));

test('while it runs: null, and a new URL on every call', async () => {
  const { api, id } = await started();
  const { json } = await api.call('GET', `/api/v1/executions/${id}/logs`);
  expect(json).toEqual({
    execution_id: id,
    events: null,
    status: 'STARTING',
    websocket_url: expect.stringContaining(`/stream?execution_id=${id}&token=`),
  });
});

test('once it is over: every line as it was printed, and no URL', async () => {
  const { api, id } = await started();
  const texts = [
    'plain',
    '',
    '{"json":true}',
    '\u001b[31mred\u001b[0m',
    'carriage\rreturn',
    'ünïcode ✓ \u2028 "quoted" \\',
  ];
  await finish(api, id, texts);
  const answer = await api.call('GET', `/api/v1/executions/${id}/logs`);
  expect(answer.json).toMatchObject({ execution_id: id, status: 'SUCCEEDED', logs_complete: true });
  expect(answer.json).not.toHaveProperty('websocket_url');
  expect(answer.json).not.toHaveProperty('next');
  expect(answer.json.events.map((event: { message: string }) => event.message)).toEqual(texts);
  expect(answer.json.events[0]).toEqual({
    event_id: '000000000001',
    timestamp: 1_763_573_454_000,
    message: 'plain',
    stream: 'stdout',
  });
  expect(new Set(answer.json.events.map((event: { event_id: string }) => event.event_id)).size).toBe(texts.length);
});

test('one that is being stopped counts as over', async () => {
  const { api, id } = await started();
  api.provider.control.deferStops = true;
  await api.call('DELETE', `/api/v1/executions/${id}`);
  const { json } = await api.call('GET', `/api/v1/executions/${id}/logs`);
  expect(json).toEqual({ execution_id: id, events: [], status: 'TERMINATING' });
});

test('with a limit or a cursor: pages of what is there, while it runs too', async () => {
  const { api, id } = await started();
  await api.provider.logs.append(id, lines(5));
  const seen: string[] = [];
  let query = '?limit=2';
  for (let page = 0; page < 3; page++) {
    const { json } = await api.call('GET', `/api/v1/executions/${id}/logs${query}`);
    expect(json.websocket_url).toBeTruthy();
    seen.push(...json.events.map((event: { message: string }) => event.message));
    query = `?limit=2&after=${encodeURIComponent(json.next)}`;
  }
  expect(seen).toEqual(lines(5).map(({ text }) => text));
  // Nothing new yet: an empty page, and the same place to go on from.
  const empty = await api.call('GET', `/api/v1/executions/${id}/logs${query}`);
  expect(empty.json.events).toEqual([]);
  await api.provider.logs.append(id, [{ id: 'late', time: 9, stream: 'stderr', text: 'late' }], { end: true });
  const last = await api.call('GET', `/api/v1/executions/${id}/logs?after=${encodeURIComponent(empty.json.next)}`);
  expect(last.json.events).toMatchObject([{ event_id: '000000000006', message: 'late', stream: 'stderr' }]);
  expect(last.json).not.toHaveProperty('next');
});

test('a long log is sent in pieces, and is the same JSON', async () => {
  const { api, id } = await started();
  const long = Array.from({ length: 300 }, (_, index) => ({
    id: `l${index}`,
    time: index,
    stream: 'stdout' as const,
    text: `${index} ${'x'.repeat(50_000)}`,
  }));
  await api.provider.logs.append(id, long);
  await finish(api, id);
  const answer = await api.app.fetch(
    new Request(`http://runvoy.test/api/v1/executions/${id}/logs`, { headers: { 'X-API-Key': keyOf('admin') } }),
  );
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body!) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(3);
  const text = Buffer.concat(pieces).toString();
  expect(text.endsWith('}\n')).toBe(true);
  const json = JSON.parse(text);
  expect(json).toMatchObject({ execution_id: id, status: 'SUCCEEDED', logs_complete: true });
  expect(json.events.map((event: { message: string }) => event.message)).toEqual(long.map((line) => line.text));
  expect(json.events.at(-1).event_id).toBe('000000000300');
});

test('a long log of an execution that is being stopped ends where it is', async () => {
  const { api, id } = await started();
  const long = Array.from({ length: 100 }, (_, index) => ({
    id: `l${index}`,
    time: index,
    stream: 'stdout' as const,
    text: 'x'.repeat(50_000),
  }));
  await api.provider.logs.append(id, long);
  api.provider.control.deferStops = true;
  await api.call('DELETE', `/api/v1/executions/${id}`);
  const { json } = await api.call('GET', `/api/v1/executions/${id}/logs`);
  expect(json.status).toBe('TERMINATING');
  expect(json.events).toHaveLength(100);
});

test('a page of long lines is short', async () => {
  const { api, id } = await started();
  const long = Array.from({ length: 400 }, (_, index) => ({
    id: `l${index}`,
    time: index,
    stream: 'stdout' as const,
    text: 'x'.repeat(50_000),
  }));
  await api.provider.logs.append(id, long);
  const { json } = await api.call('GET', `/api/v1/executions/${id}/logs?limit=10000`);
  expect(json.events.length).toBeLessThan(200);
  expect(json.events.length).toBeGreaterThan(20);
  expect(json.next).toBeTruthy();
});

test('one that never printed anything: an empty array', async () => {
  const { api, id } = await started();
  await finish(api, id);
  expect((await api.call('GET', `/api/v1/executions/${id}/logs`)).json.events).toEqual([]);
});

test('wrong limits and cursors are 400', async () => {
  const { api, id } = await started();
  for (const limit of ['0', '-1', '10001', 'x']) {
    const answer = await api.call('GET', `/api/v1/executions/${id}/logs?limit=${limit}`);
    expect([limit, answer.status, answer.json.error]).toEqual([limit, 400, 'invalid limit parameter']);
  }
  const other = await run(api);
  await api.provider.logs.append(other, lines(3));
  const page = await api.call('GET', `/api/v1/executions/${other}/logs?limit=1`);
  for (const cursor of ['nonsense', page.json.next]) {
    const answer = await api.call('GET', `/api/v1/executions/${id}/logs?after=${encodeURIComponent(cursor)}`);
    expect([cursor, answer.status]).toEqual([cursor, 400]);
    expect(answer.json).toMatchObject({
      error: 'failed to get execution logs',
      code: 'INVALID_REQUEST',
      field: 'after',
    });
  }
});

test('an unknown execution is 404', async () => {
  const api = await createTestApi();
  const answer = await api.call('GET', '/api/v1/executions/nope/logs');
  expect(answer.status).toBe(404);
  expect(answer.json).toMatchObject({
    error: 'failed to get execution logs',
    code: 'NOT_FOUND',
    details: 'execution not found',
  });
});
