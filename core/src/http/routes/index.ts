import type { Route } from '../route.ts';
import { claimRoutes } from './claim.ts';
import { executionRoutes } from './executions.ts';
import { healthRoutes } from './health.ts';
import { imageRoutes } from './images.ts';
import { logRoutes } from './logs.ts';
import { runRoutes } from './run.ts';
import { secretRoutes } from './secrets.ts';
import { traceRoutes } from './trace.ts';
import { userRoutes } from './users.ts';
import { whoamiRoutes } from './whoami.ts';

/** The whole API but its own description, which is made from this. */
export const routes: readonly Route[] = [
  ...healthRoutes,
  ...claimRoutes,
  ...whoamiRoutes,
  ...userRoutes,
  ...imageRoutes,
  ...secretRoutes,
  ...runRoutes,
  ...executionRoutes,
  ...logRoutes,
  ...traceRoutes,
];
