import { arnOf } from '../names.ts';
import { type Answer, jsonAnswer } from '../wire/answer.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { maximumMessageBytes } from './sockets.ts';

const contentType = 'application/json';

/** `@connections`: POST sends, GET tells, DELETE closes. */
export function manageConnection(method: string, id: string, body: Buffer, call: Call): Answer {
  const { deployment } = call;
  const { names, sockets } = deployment;
  call.authorize(
    'execute-api:ManageConnections',
    arnOf(names, 'execute-api', `${names.api}/${names.stage}/${method}/@connections/${id}`),
  );
  if (!/^[A-Za-z0-9+/_=-]{8,}$/.test(id)) throw new AwsError('BadRequestException', `Invalid connectionId: ${id}`);
  if (method === 'POST' && body.length > maximumMessageBytes)
    throw new AwsError('PayloadTooLargeException', 'Message too long', 413);
  const connection = sockets.get(id);
  if (!connection || connection.socket.readyState !== connection.socket.OPEN)
    throw new AwsError('GoneException', 'Gone', 410);
  switch (method) {
    case 'POST':
      sockets.post(connection, body);
      return jsonAnswer(200, contentType, {});
    case 'DELETE':
      connection.socket.close(1000, 'Connection Closed Normally');
      return { status: 204, headers: {}, body: '' };
    case 'GET':
      return jsonAnswer(200, contentType, {
        connectedAt: new Date(connection.connectedAt).toISOString(),
        lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
        identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
      });
    default:
      throw new AwsError('ForbiddenException', 'Forbidden', 403);
  }
}

/** Other services' names for the same, as this one calls them. */
const types: Readonly<Record<string, [string, number]>> = {
  ThrottlingException: ['LimitExceededException', 429],
  AccessDeniedException: ['ForbiddenException', 403],
  InvalidSignatureException: ['InvalidSignatureException', 403],
  UnrecognizedClientException: ['UnrecognizedClientException', 403],
};

export function managementError({ type, message, status }: AwsError): Answer {
  const [name, code] = types[type] ?? [type, status];
  return jsonAnswer(code, contentType, { message }, { 'x-amzn-errortype': name });
}
