import { expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { createNotifications } from '../../src/notifications/notifications.ts';
import { RunvoyError } from '../../src/provider.ts';
import type { Runvoy } from '../../src/services.ts';
import { createQuietLog } from '../support/quiet-log.ts';

const settings = {
  corsOrigins: [],
  maximumBodyBytes: 1000,
  requestTimeoutSeconds: 0,
  requestsPerSecond: 0,
  trustedProxies: 0,
};

function open(process: Runvoy['process'], { role = 'all' as 'all' | 'orchestrator' | 'processor', sentAt = 0 } = {}) {
  const now = 10_000_000;
  const log = createQuietLog();
  const notifications = createNotifications({
    provider: {
      async receive({ headers, body }) {
        if (headers.authorization !== 'cloud') throw new RunvoyError('UNAUTHORIZED', 'not the cloud');
        if (body === '') throw new RunvoyError('INVALID_REQUEST', 'empty');
        return { raw: body, ...(sentAt > 0 && { sentAt: now - sentAt }) };
      },
    },
    process,
    log,
    now: () => now,
  });
  const app = createApp({
    runvoy: { notifications, version: '1', provider: { name: 'memory' } } as unknown as Runvoy,
    settings,
    log,
    role,
  });
  const post = async (body: string, authorization = 'cloud') =>
    (
      await app.fetch(
        new Request('http://localhost/notifications', { method: 'POST', body, headers: { authorization } }),
      )
    ).status;
  return { post, notifications, app };
}

const done: Runvoy['process'] = async () => ({ events: 1, unknownTasks: 0 });
const unknown: Runvoy['process'] = async () => ({ events: 1, unknownTasks: 1 });
const failing =
  (code: 'DATABASE_ERROR' | 'INVALID_REQUEST' | 'NOT_FOUND'): Runvoy['process'] =>
  async () => {
    throw new RunvoyError(code, code);
  };

test('what was acted on is acknowledged', async () => {
  expect(await open(done).post('x')).toBe(204);
});

test('a stranger is refused before anything happens', async () => {
  let calls = 0;
  const { post } = open(async () => ({ events: 1, unknownTasks: calls++ }));
  expect(await post('x', 'stranger')).toBe(401);
  expect(calls).toBe(0);
});

test('what makes no sense is acknowledged and counted', async () => {
  const { post, notifications } = open(failing('INVALID_REQUEST'));
  expect([await post(''), await post('x')]).toEqual([204, 204]);
  expect(notifications.takeProblems()).toEqual({ malformed: 2, dropped: 0 });
  expect(notifications.takeProblems()).toEqual({ malformed: 0, dropped: 0 });
});

test('an event about an unknown task is asked for again, and dropped once it is old', async () => {
  for (const process of [unknown, failing('NOT_FOUND')]) {
    expect(await open(process).post('x')).toBe(404);
    expect(await open(process, { sentAt: 599_999 }).post('x')).toBe(404);
    const old = open(process, { sentAt: 600_000 });
    expect(await old.post('x')).toBe(204);
    expect(old.notifications.takeProblems()).toEqual({ malformed: 0, dropped: 1 });
  }
});

test('a database that does not answer is no refusal', async () => {
  expect(await open(failing('DATABASE_ERROR')).post('x')).toBe(503);
});

test('each role serves its own part', async () => {
  const get = async (app: ReturnType<typeof open>['app'], path: string) =>
    (await app.fetch(new Request(`http://localhost/api/v1/${path}`))).status;
  const orchestrator = open(done, { role: 'orchestrator' });
  expect(await orchestrator.post('x')).toBe(404);
  expect(await get(orchestrator.app, 'openapi.json')).toBe(200);
  const processor = open(done, { role: 'processor' });
  expect(await processor.post('x')).toBe(204);
  expect(await get(processor.app, 'openapi.json')).toBe(404);
  expect(await get(processor.app, 'health')).toBe(200);
});
