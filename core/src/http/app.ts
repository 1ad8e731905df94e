import { Hono } from 'hono';
import { RunvoyError } from '../contract/errors.ts';
import type { Logger } from '../contract/plugin.ts';
import type { Runvoy } from '../services.ts';
import { createDeadlines } from './deadlines.ts';
import { describeFailure } from './failure.ts';
import { openApiRoute } from './openapi.ts';
import { type RequestInfo, routeServer, type Surroundings } from './pipeline.ts';
import { createRateLimits } from './rate-limits.ts';
import { requestIdOf } from './request-id.ts';
import { createResponder } from './response.ts';
import { basePath, type Method } from './route.ts';
import { routes } from './routes/index.ts';
import type { HttpSettings } from './settings.ts';

export interface AppOptions {
  runvoy: Runvoy;
  settings: HttpSettings;
  log: Logger;
}

/** The HTTP API, independent of what receives the requests: Node's server, a Lambda, or a client in the same process. */
export interface App {
  fetch(request: Request, info?: RequestInfo): Promise<Response>;
}

type Environment = { Bindings: RequestInfo };

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

export function createApp({ runvoy, settings, log }: AppOptions): App {
  const respond = createResponder(settings);
  const { requestsPerMinute, requestTimeoutSeconds } = settings;
  const surroundings: Surroundings = {
    runvoy,
    settings,
    log,
    respond,
    limits: createRateLimits(requestsPerMinute),
    deadlines: requestTimeoutSeconds === 0 ? undefined : createDeadlines(requestTimeoutSeconds * 1000),
  };
  // Not strict: with and without a slash at the end is one path, and the policy is asked about that one.
  const hono = new Hono<Environment>({ strict: false });

  for (const route of [...routes, openApiRoute(routes)]) {
    const serve = routeServer(route, surroundings);
    const parameter = /:([a-z_]+)/.exec(route.path)?.[1];
    hono.on(route.method, basePath + route.path, (context) =>
      serve(context.req.raw, parameter ? (context.req.param(parameter) ?? '') : '', context.env),
    );
  }
  const unrouted = (request: Request, path: string, info: RequestInfo | undefined): Response => {
    const { headers } = request;
    const requestId = info?.requestId ?? requestIdOf(headers.get('x-request-id'));
    const responseHeaders = respond.headersFor(headers.get('origin'), requestId);
    if (request.method === 'OPTIONS') return respond.empty(200, responseHeaders);

    const allowed = methods.filter((method) => hono.router.match(method, path)[0].length > 0);
    const remedy = `The API is described at ${basePath}/openapi.json.`;
    if (allowed.length > 0) responseHeaders.Allow = `${allowed.join(', ')}, OPTIONS`;
    const error =
      allowed.length > 0
        ? new RunvoyError('METHOD_NOT_ALLOWED', `${path} takes ${allowed.join(' and ')}, not ${request.method}`, {
            remedy,
          })
        : new RunvoyError('NOT_FOUND', `there is nothing at ${path}`, { remedy });
    const { status, body } = describeFailure(error, allowed.length > 0 ? 'method not allowed' : 'not found', requestId);
    return respond.json(status, body, responseHeaders);
  };
  hono.notFound(({ req, env }) => unrouted(req.raw, req.path, env));

  return {
    async fetch(request, info) {
      // Hono would answer HEAD with the route of GET.
      if (request.method === 'HEAD') return unrouted(request, hono.getPath(request), info);
      return hono.fetch(request, info);
    },
  };
}
