import { RunvoyError } from '../contract/errors.ts';
import { describeFailure } from './failure.ts';
import type { RequestInfo, Surroundings } from './pipeline.ts';
import { requestIdOf } from './request-id.ts';
import { basePath, type Method } from './route.ts';

/**
 * Answers what no route takes: OPTIONS anywhere, a path that there is with another method, and a path that there is not.
 * `methodsOf`: the methods that the routes of a path have.
 */
export function unroutedServer(
  { respond, log }: Pick<Surroundings, 'respond' | 'log'>,
  methodsOf: (path: string) => Method[],
) {
  return (request: Request, path: string, info: RequestInfo | undefined): Response => {
    const { headers, method } = request;
    const requestId = info?.requestId ?? requestIdOf(headers.get('x-request-id'));
    const responseHeaders = respond.headersFor(headers.get('origin'), requestId);
    if (method === 'OPTIONS') return respond.empty(200, responseHeaders);

    const allowed = methodsOf(path);
    const remedy = `The API is described at ${basePath}/openapi.json.`;
    const [phrase, error] =
      allowed.length > 0
        ? [
            'method not allowed',
            new RunvoyError('METHOD_NOT_ALLOWED', `${path} takes ${allowed.join(' and ')}, not ${method}`, { remedy }),
          ]
        : ['not found', new RunvoyError('NOT_FOUND', `there is nothing at ${path}`, { remedy })];
    if (allowed.length > 0) responseHeaders.Allow = `${allowed.join(', ')}, OPTIONS`;
    const { status, body } = describeFailure(error, phrase, requestId);
    // Without the path: a mistyped one may hold a claim token.
    log.info({ request_id: requestId, method, status, client_address: info?.clientAddress }, 'request');
    return respond.json(status, body, responseHeaders);
  };
}
