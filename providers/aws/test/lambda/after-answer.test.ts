import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { AfterAnswer } from '../../src/lambda/after-answer.ts';

/** Lambda's Extensions API: it counts who has asked for the next invocation, and answers when there is one. */
async function startRuntimeApi() {
  const registered: unknown[] = [];
  const waiting: ServerResponse[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/register')) {
      registered.push(request.headers['lambda-extension-name']);
      response.setHeader('Lambda-Extension-Identifier', 'extension-1').end('{}');
      return;
    }
    asked++;
    waiting.push(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    registered,
    get asked() {
      return asked;
    },
    async invoke(requestId: string) {
      while (waiting.length === 0) await new Promise(setImmediate);
      waiting.shift()!.end(JSON.stringify({ eventType: 'INVOKE', requestId }));
    },
    close: () => server.closeAllConnections(),
    server,
  };
}

let api: Awaited<ReturnType<typeof startRuntimeApi>>;
afterEach(() => {
  api?.close();
  api?.server.close();
});
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(setImmediate);
};

describe('work after the answer', () => {
  test('keeps Lambda from the next invocation until it is done, and not the answer', async () => {
    api = await startRuntimeApi();
    const afterAnswer = await AfterAnswer.register(api.address, 'runvoy');
    expect(api.registered).toEqual(['runvoy']);
    await api.invoke('one');
    const work = Promise.withResolvers<void>();
    let begun = false;
    const answer = await afterAnswer.run('one', async (later) => {
      later(() => {
        begun = true;
        return work.promise;
      });
      return 'answer';
    });
    expect([answer, begun, api.asked]).toEqual(['answer', false, 1]);
    await until(() => begun);
    expect(api.asked).toBe(1);
    work.resolve();
    await until(() => api.asked === 2);
  });

  test('an invocation without such work, and one whose work or handler fails, end too', async () => {
    api = await startRuntimeApi();
    const afterAnswer = await AfterAnswer.register(api.address, 'runvoy');
    // The handler may be called before the extension hears of it.
    await afterAnswer.run('one', async () => 1);
    await api.invoke('one');
    await until(() => api.asked === 2);
    await api.invoke('two');
    await afterAnswer.run('two', async (later) => later(async () => Promise.reject(new Error('no'))));
    await until(() => api.asked === 3);
    await api.invoke('three');
    await expect(afterAnswer.run('three', async () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await until(() => api.asked === 4);
  });

  test('is done at once where there is no Lambda', async () => {
    const afterAnswer = await AfterAnswer.register(undefined, 'runvoy');
    let done = false;
    await afterAnswer.run('one', async (later) =>
      later(async () => {
        done = true;
      }),
    );
    await until(() => done);
  });
});
