import type { Notifications } from '../services.ts';
import { readBody } from './body/read-body.ts';
import { describeFailure } from './failure.ts';
import { millisecondsSince } from './milliseconds-since.ts';
import type { RequestInfo, Surroundings } from './pipeline.ts';
import { requestIdOf } from './request-id.ts';

/** Outside of the API: no key opens it, and its caller is the cloud. */
export const notificationsPath = '/notifications';

/**
 * Answers the cloud: 204 when it need not tell this again, 401 when it is somebody else, and any other failure when it shall. There
 * is no deadline but the caller's own, because reconciliation takes as long as there is to reconcile.
 */
export function notificationsServer(
  notifications: Notifications,
  { respond, log, settings }: Pick<Surroundings, 'respond' | 'log' | 'settings'>,
) {
  return async (request: Request, info: RequestInfo | undefined): Promise<Response> => {
    const started = performance.now();
    const requestId = info?.requestId ?? requestIdOf(request.headers.get('x-request-id'));
    const responseHeaders = respond.headersFor(null, requestId);
    let response: Response;
    try {
      const body = await readBody(request, settings.maximumBodyBytes);
      await notifications.receive({ headers: Object.fromEntries(request.headers), body }, requestId);
      response = respond.empty(204, responseHeaders);
    } catch (error) {
      const { status, body } = describeFailure(error, undefined, requestId);
      if (status >= 500) log.error({ request_id: requestId, code: body.code, error }, 'notification failed');
      response = respond.json(status, body, responseHeaders);
    }
    const fields = { request_id: requestId, method: 'POST', route: notificationsPath, status: response.status };
    // One for every line that a command prints.
    log.debug({ ...fields, duration_ms: millisecondsSince(started) }, 'request');
    return response;
  };
}
