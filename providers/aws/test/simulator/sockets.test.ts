import { once } from 'node:events';
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor } from './clients.ts';
import { eventually } from './eventually.ts';
import { refused } from './refused.ts';

interface SocketEvent {
  requestContext: {
    routeKey: string;
    connectionId: string;
    apiId: string;
    stage: string;
    identity: { sourceIp: string };
    disconnectStatusCode?: number;
  };
  queryStringParameters?: Record<string, string>;
}

let cloud: SimulatedCloud;
let got: SocketEvent[];
let answer: (event: SocketEvent) => unknown;

beforeEach(async () => {
  cloud = await startSimulator({ seed: 11 });
  got = [];
  answer = () => ({ statusCode: 200, body: 'OK' });
  await cloud.connect({
    processor: (event: SocketEvent) => {
      got.push(event);
      return event.requestContext.routeKey === '$connect' ? answer(event) : { statusCode: 200 };
    },
  });
});
afterEach(() => cloud.close());

const address = (query = '') => `${cloud.env.RUNVOY_AWS_WEBSOCKET_API_ENDPOINT}${query}`;

/** An open socket, its messages, and its connection id. */
async function open(query = '') {
  const socket = new WebSocket(address(query));
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, messages, closed, id: got.at(-1)!.requestContext.connectionId };
}

const post = (id: string, data: string | Uint8Array, who: 'processor' | 'orchestrator' = 'processor') =>
  clientsFor(cloud, who).gateway.send(new PostToConnectionCommand({ ConnectionId: id, Data: data as Uint8Array }));

it('asks the processor, and tells it of the end', async () => {
  const { socket, id } = await open('?execution_id=e1&token=a%2Bb&token=c');
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      connectionId: expect.stringMatching(/=$/),
      apiId: cloud.names.api,
      stage: 'production',
      identity: { sourceIp: expect.stringContaining('127.0.0.1') },
    },
    queryStringParameters: { execution_id: 'e1', token: 'c' },
    multiValueQueryStringParameters: { execution_id: ['e1'], token: ['a+b', 'c'] },
    isBase64Encoded: false,
  });
  socket.close(1000, 'done');
  await eventually(() => got.length).toBe(2);
  expect(got[1]!.requestContext).toMatchObject({
    routeKey: '$disconnect',
    connectionId: id,
    disconnectStatusCode: 1000,
  });
  expect(got[1]).not.toHaveProperty('queryStringParameters');
});

it.each([
  [{ statusCode: 401 }, 401],
  [{ statusCode: 403, body: 'no' }, 403],
  [{}, 502],
  [undefined, 502],
])('refuses the socket when $connect answers %j', async (result, status) => {
  answer = () => result;
  const socket = new WebSocket(address());
  const [error] = await once(socket, 'error');
  expect((error as Error).message).toBe(`Unexpected server response: ${status}`);
});

it('refuses the socket when the function throws, and those of an unknown API', async () => {
  answer = () => {
    throw new Error('broken');
  };
  const [error] = await once(new WebSocket(address()), 'error');
  expect((error as Error).message).toBe('Unexpected server response: 502');
  const [other] = await once(new WebSocket(address().replace(cloud.names.api, 'other')), 'error');
  expect((other as Error).message).toBe('Unexpected server response: 403');
});

it('sends what is posted, in order, up to 128 KB, in frames of 32', async () => {
  const { messages, id } = await open();
  await post(id, 'first');
  await post(id, Buffer.from('zweite ü'));
  await post(id, 'x'.repeat(128 * 1024));
  await eventually(() => messages.length).toBe(3);
  expect(messages.slice(0, 2)).toEqual(['first', 'zweite ü']);
  expect(messages[2]).toHaveLength(128 * 1024);
  expect(await refused(post(id, 'x'.repeat(128 * 1024 + 1)))).toMatch(/^413 PayloadTooLargeException/);
});

it('knows a connection only once $connect has answered', async () => {
  let early: string | undefined;
  answer = async ({ requestContext }) => {
    early = await refused(post(requestContext.connectionId, 'early'));
    return { statusCode: 200 };
  };
  await open();
  expect(early).toMatch(/^410 GoneException/);
});

it('says that a socket is gone', async () => {
  const { socket, id } = await open();
  socket.terminate();
  await eventually(() => got.length).toBe(2);
  expect(await refused(post(id, 'late'))).toMatch(/^410 GoneException/);
  expect(await refused(post('x', 'nobody'))).toMatch(/^BadRequestException/);
});

it('lets the processor post, and no one else do anything', async () => {
  const { id, closed } = await open();
  expect(await refused(post(id, 'x', 'orchestrator'))).toMatch(/^403 ForbiddenException/);
  const { gateway } = clientsFor(cloud, 'processor');
  expect(await refused(gateway.send(new DeleteConnectionCommand({ ConnectionId: id })))).toMatch(/^403/);
  const administrator = clientsFor(cloud, 'administrator').gateway;
  const about = await administrator.send(new GetConnectionCommand({ ConnectionId: id }));
  expect(about.ConnectedAt).toBeInstanceOf(Date);
  expect(about.Identity!.SourceIp).toContain('127.0.0.1');
  await administrator.send(new DeleteConnectionCommand({ ConnectionId: id }));
  expect(await closed).toBe(1000);
});

it('closes a socket that is silent, or old, with 1001', async () => {
  cloud.knobs.socketIdle = 50;
  expect(await (await open()).closed).toBe(1001);
  cloud.knobs.socketIdle = 60_000;
  cloud.knobs.socketLifetime = 50;
  expect(await (await open()).closed).toBe(1001);
});

it('answers what clients say, as there is no $default route', async () => {
  const { socket, messages, id } = await open();
  socket.send('hello');
  await eventually(() => messages.length).toBe(1);
  expect(JSON.parse(messages[0]!)).toMatchObject({ message: 'Forbidden', connectionId: id });
  expect(got).toHaveLength(1);
});

it('limits connects and posts', async () => {
  const { id } = await open();
  cloud.knobs.throttle['execute-api:Connect'] = { probability: 1 };
  const [error] = await once(new WebSocket(address()), 'error');
  expect((error as Error).message).toBe('Unexpected server response: 429');
  cloud.knobs.throttle['execute-api:ManageConnections'] = { probability: 1 };
  expect(await refused(post(id, 'x'))).toMatch(/^429 LimitExceededException/);
});

it('may lose a $disconnect', async () => {
  cloud.knobs.disconnects.lose = 1;
  const { socket, closed } = await open();
  socket.close();
  await closed;
  await cloud.settled();
  expect(got).toHaveLength(1);
});
