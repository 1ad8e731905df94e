import type { IncomingMessage } from 'node:http';
import type { Deployment } from '../deployment.ts';
import type { Connection } from './sockets.ts';

type About = Pick<Connection, 'id' | 'connectedAt' | 'sourceIp' | 'userAgent'>;

function requestContext(deployment: Deployment, about: About, routeKey: string, eventType: string) {
  const { names, random, now } = deployment;
  return {
    routeKey,
    eventType,
    extendedRequestId: random.text(15),
    requestTime: new Date(now()).toUTCString(),
    messageDirection: 'IN',
    stage: names.stage,
    connectedAt: about.connectedAt,
    requestTimeEpoch: now(),
    identity: { userAgent: about.userAgent, sourceIp: about.sourceIp },
    requestId: random.text(15),
    domainName: `${names.api}.execute-api.${names.region}.amazonaws.com`,
    connectionId: about.id,
    apiId: names.api,
  };
}

/** The proxy event of `$connect`. Parameters are absent, not empty, where the URL has none. */
export function connectEvent(deployment: Deployment, request: IncomingMessage, about: About) {
  const { searchParams } = new URL(request.url ?? '/', 'http://gateway');
  const names = [...new Set(searchParams.keys())];
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat() as string[]] as const);
  return {
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(headers),
    ...(names.length === 0
      ? {}
      : {
          queryStringParameters: Object.fromEntries(names.map((name) => [name, searchParams.getAll(name).at(-1)])),
          multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)])),
        }),
    requestContext: requestContext(deployment, about, '$connect', 'CONNECT'),
    isBase64Encoded: false,
  };
}

export const disconnectEvent = (deployment: Deployment, about: About, code: number, reason: string) => ({
  headers: { 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
  multiValueHeaders: { 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] },
  requestContext: {
    ...requestContext(deployment, about, '$disconnect', 'DISCONNECT'),
    disconnectStatusCode: code,
    disconnectReason: reason,
  },
  isBase64Encoded: false,
});
