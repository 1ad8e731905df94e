import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';

interface HttpEvent {
  version: string;
  rawPath: string;
  rawQueryString: string;
  headers: Record<string, string>;
  cookies?: string[];
  queryStringParameters?: Record<string, string>;
  body?: string;
  isBase64Encoded: boolean;
  requestContext: { http: { method: string; path: string; sourceIp: string }; requestId: string };
}

let cloud: SimulatedCloud;
let url: string;
let got: HttpEvent[];
let answer: (event: HttpEvent) => unknown = () => 'fine';

beforeAll(async () => {
  cloud = await startSimulator({ seed: 12 });
  got = [];
  const orchestrator = (event: HttpEvent) => {
    got.push(event);
    return answer(event);
  };
  ({ url } = await cloud.connect({ orchestrator }));
});
afterAll(() => cloud.close());

it('gives the function the request in format 2.0', async () => {
  const response = await fetch(`${url}api/v1/a%2Fb?x=1&x=2&y=%20z`, {
    method: 'POST',
    body: '{"ü":1}',
    headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'X-Api-Key': 'k' },
  });
  const event = got.at(-1)!;
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/api/v1/a%2Fb',
    rawQueryString: 'x=1&x=2&y=%20z',
    cookies: ['a=1', 'b=2'],
    queryStringParameters: { x: '1,2', y: ' z' },
    body: '{"ü":1}',
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', sourceIp: expect.stringContaining('127.0.0.1') } },
  });
  expect(event.headers['x-api-key']).toBe('k');
  expect(event.headers['x-forwarded-for']).toContain('127.0.0.1');
  expect(response.headers.get('x-amzn-requestid')).toBe(event.requestContext.requestId);
});

it('hands over other bodies as base64, and none as none', async () => {
  await fetch(url, {
    method: 'POST',
    body: Buffer.from([0, 255]),
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(got.at(-1)).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  await fetch(url);
  expect(got.at(-1)).not.toHaveProperty('body');
  expect(got.at(-1)).not.toHaveProperty('queryStringParameters');
});

it('answers with what the function says', async () => {
  answer = () => ({
    statusCode: 418,
    headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes' },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from('tea').toString('base64'),
    isBase64Encoded: true,
  });
  const response = await fetch(url);
  expect([response.status, await response.text(), response.headers.get('x-own')]).toEqual([418, 'tea', 'yes']);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  answer = () => ({ plain: 'object' });
  const plain = await fetch(url);
  expect([plain.status, plain.headers.get('content-type'), await plain.json()]).toEqual([
    200,
    'application/json',
    { plain: 'object' },
  ]);
  answer = () => ({ statusCode: 204 });
  expect((await fetch(url)).status).toBe(204);
});

it.each<[string, () => unknown]>([
  ['throws', () => Promise.reject(new Error('x'))],
  ['answers with no status', () => ({ statusCode: 'x' })],
  ['answers with more than 6 MB', () => ({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) })],
])('is a bad gateway when the function %s', async (_what, result) => {
  answer = result;
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([502, 'Internal Server Error']);
});

it('refuses more than 6 MB', async () => {
  const before = got.length;
  const response = await fetch(url, { method: 'POST', body: 'x'.repeat(6 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ Message: expect.stringMatching(/must be smaller than 6291456 bytes/) });
  expect(got).toHaveLength(before);
});
