import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deployment } from '../deployment.ts';
import { readBody } from '../wire/read-body.ts';

/** "6 MB for requests and responses". */
const maximumBytes = 6 * 1024 * 1024;

/** The orchestrator's Function URL: HTTP in, Lambda's payload format 2.0, HTTP out, nothing streamed. */
export class FunctionUrl {
  readonly #deployment: Deployment;
  readonly #server: Server;

  private constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async open(deployment: Deployment, port = 0): Promise<FunctionUrl> {
    const front = new FunctionUrl(deployment);
    front.#server.listen(port, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  /** Ends with a slash, as AWS's do. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#deployment.random.uuid();
    response.setHeader('x-amzn-requestid', requestId);
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) {
      response.destroy();
      return;
    }
    if (body.length > maximumBytes) {
      const Message = `Request must be smaller than ${maximumBytes} bytes for the InvokeFunction operation`;
      send(response, 413, { 'content-type': 'application/json' }, JSON.stringify({ Message }));
      return;
    }
    const result = await this.#deployment.orchestrator.invoke(
      eventOf(this.#deployment, request, body, requestId),
      requestId,
    );
    if ('error' in result || JSON.stringify(result.value).length > maximumBytes) failed(response);
    else answer(response, result.value);
  }
}

const failed = (response: ServerResponse) =>
  send(response, 502, { 'content-type': 'text/plain' }, 'Internal Server Error');

/** Only these are passed on as text; everything else is base64. */
const isText = (type: string) => /^(text\/|application\/(json|xml|javascript|[\w.-]+\+(json|xml))\b)/i.test(type);

function eventOf(deployment: Deployment, request: IncomingMessage, body: Buffer, requestId: string) {
  const { names, now } = deployment;
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url ?? '/', '?');
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const { cookie, ...headers } = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  );
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString))
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  const domain = `${names.api}.lambda-url.${names.region}.on.aws`;
  const text = isText(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers: {
      ...headers,
      'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']},${sourceIp}` : sourceIp,
      'x-forwarded-proto': 'https',
    },
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: names.api,
      domainName: domain,
      domainPrefix: names.api,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(now()).toUTCString(),
      timeEpoch: now(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

const splitOnce = (text: string, separator: string): string[] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

interface Response {
  statusCode: number;
  headers?: Record<string, unknown>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/** An object with a `statusCode` is a response; anything else is the body of one, as JSON. */
function answer(response: ServerResponse, value: unknown): void {
  const given = value as Response | null;
  if (typeof given !== 'object' || given === null || !('statusCode' in given)) {
    send(
      response,
      200,
      { 'content-type': 'application/json' },
      typeof value === 'string' ? value : JSON.stringify(value),
    );
    return;
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = given;
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599 || typeof body !== 'string') {
    failed(response);
    return;
  }
  const all = Object.entries(headers).map(([name, content]) => [name.toLowerCase(), String(content)]);
  const sent = { 'content-type': 'application/json', ...Object.fromEntries(all) };
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  send(response, statusCode, sent, isBase64Encoded ? Buffer.from(body, 'base64') : body);
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string | Buffer): void {
  const { 'content-length': _own, 'transfer-encoding': _other, connection: _third, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
