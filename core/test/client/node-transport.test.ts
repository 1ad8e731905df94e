import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createClient, createNodeTransport } from '../../src/client/index.ts';
import { isRunvoyError } from '../../src/provider.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    server,
    client: createClient({ transport: createNodeTransport(url), apiKey: 'the key', userAgent: 'test/1' }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('sends method, path, headers and body, and parses the answer', async () => {
  const seen: unknown[] = [];
  await using server = await serve(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const {
      'x-api-key': key,
      'user-agent': agent,
      'content-type': type,
      'idempotency-key': idempotency,
    } = request.headers;
    seen.push([request.method, request.url, key, agent, type, idempotency, body]);
    response.end(JSON.stringify({ execution_id: 'x', log_url: '/', status: 'STARTING', command: 'é', image_id: 'y' }));
  });
  const run = await server.client.run({ command: 'echo é' }, { idempotencyKey: 'once' });
  expect(run.execution_id).toBe('x');
  expect(seen).toEqual([
    ['POST', '/api/v1/run', 'the key', 'test/1', 'application/json', 'once', '{"command":"echo é"}'],
  ]);
});

test.each([
  ['secret names', 'getSecret', 'team/db pass', '/api/v1/secrets/team/db%20pass'],
  ['image references', 'getImage', 'ghcr.io/a/b:1', '/api/v1/images/ghcr.io/a/b%3A1'],
  ['tokens', 'claim', 'a/b', '/api/v1/claim/a%2Fb'],
] as const)('encodes %s in paths', async (_, method, name, path) => {
  let url: string | undefined;
  await using server = await serve((request, response) => {
    url = request.url;
    response.end('{"secret":{}}');
  });
  await server.client[method](name);
  expect(url).toBe(path);
});

test('keeps a prefix of the endpoint, and reads the cursor of a list', async () => {
  let url: string | undefined;
  await using server = await serve((request, response) => {
    url = request.url;
    response.setHeader('X-Next-Cursor', 'more');
    response.end('[]');
  });
  const client = createClient({ transport: createNodeTransport(`${server.url}/prefix/`) });
  expect(await client.listExecutions({ limit: 5, status: 'FAILED,STOPPED' })).toEqual({
    executions: [],
    cursor: 'more',
  });
  expect(url).toBe('/prefix/api/v1/executions?limit=5&status=FAILED%2CSTOPPED');
  await client.close();
});

test('a 204 means that there was nothing left to stop', async () => {
  await using server = await serve((_request, response) => response.writeHead(204).end());
  expect(await server.client.killExecution('x')).toBeUndefined();
});

test('uses a connection again, and repeats a read that met a closed one', async () => {
  let connections = 0;
  let requests = 0;
  await using server = await serve((request, response) => {
    // A server that closes an idle connection just as it is used again.
    if (++requests === 3) request.socket.resetAndDestroy();
    else response.end('{"status":"ok"}');
  });
  server.server.on('connection', () => connections++);
  for (let call = 0; call < 3; call++) await server.client.health();
  expect({ connections, requests }).toEqual({ connections: 2, requests: 4 });
});

test('says what cannot be reached', async () => {
  const client = createClient({ transport: createNodeTransport('http://127.0.0.1:9') });
  await expect(client.health()).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    field: 'endpoint',
    message: expect.stringMatching(/^cannot reach http:\/\/127\.0\.0\.1:9: .*ECONNREFUSED/),
  });
});

test('can be cancelled', async () => {
  await using server = await serve(() => undefined);
  const abort = new AbortController();
  const running = server.client.run({ command: 'x' }, { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await expect(running).rejects.toSatisfy((error) => isRunvoyError(error, 'CANCELLED'));
});

test.each(['', 'runvoy.example.com', 'ftp://x'])('refuses the endpoint %j', (endpoint) => {
  expect(() => createNodeTransport(endpoint)).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION_INVALID', field: 'endpoint' }),
  );
});

test('takes an answer that is no JSON for another server', async () => {
  await using server = await serve((_request, response) => response.end('<html>hello</html>'));
  await expect(server.client.health()).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: expect.stringContaining('<html>hello'),
  });
});
