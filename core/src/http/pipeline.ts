import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { Logger } from '../contract/plugin.ts';
import type { Principal, RequestContext, Runvoy } from '../services.ts';
import { authorise } from './authorise.ts';
import { badBodyPhrase, bodyValidator, parseJson } from './body/parse-body.ts';
import { readBody } from './body/read-body.ts';
import type { Call } from './call.ts';
import { clientAddressOf } from './client-address.ts';
import type { Deadlines } from './deadlines.ts';
import { describeFailure } from './failure.ts';
import type { RateLimits } from './rate-limits.ts';
import { requestIdOf } from './request-id.ts';
import type { Responder } from './response.ts';
import { basePath, type Reply, type Route } from './route.ts';
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
      await identify(call, info);
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
        duration_ms: Math.round((performance.now() - started) * 1000) / 1000,
        user: context.principal.email || undefined,
        client_address: context.clientAddress,
      },
      'request',
    );
    return response;
  };

  async function identify(call: Call, info: RequestInfo | undefined): Promise<void> {
    const { context, request } = call;
    const forwardedFor = settings.trustedProxies === 0 ? null : request.headers.get('x-forwarded-for');
    context.clientAddress = clientAddressOf(info?.clientAddress, forwardedFor, settings.trustedProxies);
    if (info?.principal) {
      context.principal = info.principal;
      return;
    }
    if (route.access === 'public') {
      await limits?.countAddress(context.clientAddress);
      return;
    }
    try {
      call.phrase = 'Server error';
      const user = await runvoy.users.authenticate(request.headers.get('x-api-key') ?? undefined, context.requestId);
      context.principal = { email: user.user_email, role: user.role };
      call.phrase = 'Too many requests';
      await limits?.countKey(user.api_key_hash);
    } catch (error) {
      if (isRunvoyError(error) && isRefusal(error)) {
        call.phrase = 'Too many requests';
        await limits?.countAddress(context.clientAddress);
        call.phrase = 'Unauthorized';
      }
      throw error;
    }
  }

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

async function receiveJson(call: Call): Promise<unknown> {
  const { phrase } = call;
  call.phrase = badBodyPhrase;
  let text: string;
  try {
    text = await readBody(call.request, call.settings.maximumBodyBytes);
  } catch (error) {
    if (isRunvoyError(error)) throw error;
    throw new RunvoyError('CANCELLED', 'the request body could not be read', { cause: error });
  }
  const value = parseJson(text);
  call.phrase = phrase;
  return value;
}

function tookTooLong(seconds: number): RunvoyError {
  return new RunvoyError('SERVICE_UNAVAILABLE', `the request took longer than ${seconds} s`, {
    remedy: 'Try again; if it was to change something, look first whether it did.',
  });
}

/** The path that the policy is asked about: normalised, with the parameter decoded. */
function objectBuilder(route: Route): (parameter: string) => string {
  const path = basePath + route.path;
  const match = /^(.*?):[a-z_]+(?:\{[^}]*\})?(.*)$/.exec(path);
  if (!match) return () => path;
  const [, before, after] = match;
  return (parameter) => `${before}${parameter}${after}`;
}

function isRefusal(error: RunvoyError): boolean {
  return error.code === 'UNAUTHORIZED' || error.code === 'INVALID_API_KEY' || error.code === 'API_KEY_REVOKED';
}

function cancelled(): RunvoyError {
  return new RunvoyError('CANCELLED', 'the caller went away');
}
