import { Hono } from 'hono';
import { type Settings, serves } from '../config/settings.ts';
import type { Logger } from '../contract/plugin.ts';
import type { Runvoy } from '../services.ts';
import { createDeadlines } from './deadlines.ts';
import { notificationsPath, notificationsServer } from './notifications.ts';
import { openApiRoute } from './openapi.ts';
import { type RequestInfo, routeServer, type Surroundings } from './pipeline.ts';
import { createRateLimits } from './rate-limits.ts';
import { createResponder } from './response.ts';
import { basePath, type Method, parameterPattern, type Route } from './route.ts';
import { healthRoutes } from './routes/health.ts';
import { routes } from './routes/index.ts';
import type { HttpSettings } from './settings.ts';
import { unroutedServer } from './unrouted.ts';
import { viewerServer } from './viewer/serve-viewer.ts';

export interface AppOptions {
  runvoy: Runvoy;
  settings: HttpSettings;
  log: Logger;
  /** What this process serves of it. Default: all. */
  role?: Settings['role'];
}

/** The HTTP API and the web viewer, independent of what receives the requests: Node's server, a Lambda, or a client in the same process. */
export interface App {
  fetch(request: Request, info?: RequestInfo): Response | Promise<Response>;
}

type Environment = { Bindings: RequestInfo };

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

export function createApp({ runvoy, settings, log, role = 'all' }: AppOptions): App {
  const respond = createResponder(settings);
  const { requestsPerSecond, requestTimeoutSeconds } = settings;
  const surroundings: Surroundings = {
    runvoy,
    settings,
    log,
    respond,
    limits: createRateLimits(requestsPerSecond),
    deadlines: requestTimeoutSeconds === 0 ? undefined : createDeadlines(requestTimeoutSeconds * 1000),
  };
  // Not strict: with and without a slash at the end is one path, and the policy is asked about that one.
  const hono = new Hono<Environment>({ strict: false });

  for (const route of servedRoutes(role)) {
    const serve = routeServer(route, surroundings);
    const parameter = parameterPattern.exec(route.path)?.[1];
    hono.on(route.method, basePath + route.path, (context) =>
      serve(context.req.raw, parameter ? (context.req.param(parameter) ?? '') : '', context.env),
    );
  }
  if (runvoy.notifications && serves(role, 'processor')) {
    const serve = notificationsServer(runvoy.notifications, surroundings);
    hono.on('POST', notificationsPath, (context) => serve(context.req.raw, context.env));
  }
  const serveViewer = viewerServer();
  const refuse = unroutedServer(surroundings, (path) =>
    methods.filter((method) => hono.router.match(method, path)[0].length > 0),
  );
  const unrouted = (request: Request, path: string, info: RequestInfo | undefined): Response =>
    serveViewer(request, path) ?? refuse(request, path, info);
  hono.notFound(({ req, env }) => unrouted(req.raw, req.path, env));

  return {
    fetch(request, info) {
      // Hono would answer HEAD with the route of GET.
      if (request.method === 'HEAD') return unrouted(request, hono.getPath(request), info);
      return hono.fetch(request, info);
    },
  };
}

/** Whoever serves no API still says that he is there. */
function servedRoutes(role: Settings['role']): readonly Route[] {
  if (serves(role, 'orchestrator')) return [...routes, openApiRoute(routes)];
  return healthRoutes.filter(({ access }) => access === 'public');
}
