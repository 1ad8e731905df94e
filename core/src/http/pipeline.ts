import { RunvoyError } from '../contract/errors.ts';
import type { Logger } from '../contract/plugin.ts';
import type { Principal, RequestContext, Runvoy } from '../services.ts';
import { authorise } from './authorise.ts';
import { bodyValidator } from './body/parse-body.ts';
import { receiveJson } from './body/receive-json.ts';
import type { Call } from './call.ts';
import type { Deadlines } from './deadlines.ts';
import { describeFailure } from './failure.ts';
import { identify } from './identify.ts';
import { millisecondsSince } from './milliseconds-since.ts';
import type { RateLimits } from './rate-limits.ts';
import { requestIdOf } from './request-id.ts';
import type { Responder } from './response.ts';
import { basePath, parameterPattern, type Reply, type Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

/** What the platform knows of a request besides the request. */
export interface RequestInfo {
  /** The other end of the connection. */
  clientAddress?: string;
  /** The caller is known already, as the user of an embedded server is: no key is asked for, no rate is limited. */
  principal?: Principal;
  /** The platform's own id of this request. */
  requestId?: string;
}

export interface Surroundings {
  runvoy: Runvoy;
  settings: HttpSettings;
  log: Logger;
  respond: Responder;
  limits: RateLimits | undefined;
  deadlines: Deadlines | undefined;
}

const nobody: Principal = { email: '', role: '' };

/** Serves one route: who, may he, what, then the handler; whatever fails on the way becomes the answer. */
export function routeServer(route: Route, surroundings: Surroundings) {
  const { runvoy, settings, log, respond, limits, deadlines } = surroundings;
  const objectOf = objectBuilder(route);
  const validate = route.body && bodyValidator(route.body);
  const label = basePath + route.path;

  return async (request: Request, parameter: string, info: RequestInfo | undefined): Promise<Response> => {
    const started = performance.now();
    const { headers } = request;
    const requestId = info?.requestId ?? requestIdOf(headers.get('x-request-id'));
    const abort = new AbortController();
    const context: RequestContext = { requestId, principal: nobody, signal: abort.signal };
    const call: Call = {
      request,
      runvoy,
      settings,
      log,
      context,
      parameter,
      object: objectOf(parameter),
      body: undefined,
      resource: undefined,
      phrase: undefined,
    };
    const responseHeaders = respond.headersFor(headers.get('origin'), requestId);

    const perform = async (): Promise<Response> => {
      await identify(route, call, limits, info);
      call.phrase = typeof route.failure === 'function' ? route.failure(parameter) : route.failure;
      await authorise(route, call);
      if (validate) call.body = validate(await receiveJson(call));
      return toResponse(await route.handle(call), responseHeaders);
    };

    let response: Response;
    try {
      const { signal } = request;
      if (signal.aborted) abort.abort(cancelled());
      else signal.addEventListener('abort', () => abort.abort(cancelled()), { once: true });
      response = await (deadlines ? deadlines.limit(perform(), () => giveUp(abort)) : perform());
    } catch (error) {
      response = fail(error, call, responseHeaders);
    }
    log.info(
      {
        request_id: requestId,
        method: route.method,
        route: label,
        status: response.status,
        duration_ms: millisecondsSince(started),
        user: context.principal.email || undefined,
        client_address: context.clientAddress,
      },
      'request',
    );
    return response;
  };

  function giveUp(abort: AbortController): RunvoyError {
    const error = tookTooLong(settings.requestTimeoutSeconds);
    abort.abort(error);
    return error;
  }

  function toResponse({ status, json, stream, headers }: Reply, responseHeaders: Record<string, string>): Response {
    if (headers) Object.assign(responseHeaders, headers);
    if (stream) return new Response(stream, { status, headers: responseHeaders });
    return json === undefined ? respond.empty(status, responseHeaders) : respond.json(status, json, responseHeaders);
  }

  function fail(error: unknown, call: Call, responseHeaders: Record<string, string>): Response {
    const { requestId } = call.context;
    const { status, body, headers } = describeFailure(error, call.phrase, requestId);
    if (status >= 500)
      log.error(
        { request_id: requestId, route: label, method: route.method, code: body.code, error },
        'request failed',
      );
    return respond.json(status, body, headers ? { ...responseHeaders, ...headers } : responseHeaders);
  }
}

function tookTooLong(seconds: number): RunvoyError {
  return new RunvoyError('SERVICE_UNAVAILABLE', `the request took longer than ${seconds} s`, {
    remedy: 'Try again; if it was to change something, look first whether it did.',
  });
}

/** The path that the policy is asked about: normalised, with the parameter decoded. */
function objectBuilder(route: Route): (parameter: string) => string {
  const path = basePath + route.path;
  const match = parameterPattern.exec(path);
  if (!match) return () => path;
  const before = path.slice(0, match.index);
  const after = path.slice(match.index + match[0].length);
  return (parameter) => `${before}${parameter}${after}`;
}

function cancelled(): RunvoyError {
  return new RunvoyError('CANCELLED', 'the caller went away');
}
