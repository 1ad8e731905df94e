import type { Logger } from '../contract/plugin.ts';
import type { RequestContext, Runvoy } from '../services.ts';
import type { HttpSettings } from './settings.ts';

/** One request on its way through a route. */
export interface Call<Body = unknown, Resource = unknown> {
  readonly request: Request;
  readonly runvoy: Runvoy;
  readonly settings: HttpSettings;
  readonly log: Logger;
  readonly context: RequestContext;
  /** The decoded path parameter; empty for a route without one. */
  readonly parameter: string;
  /** The normalised path, which the policy is asked about. */
  readonly object: string;
  body: Body;
  resource: Resource;
  /** The `error` of a failure from here on; absent: the failure's own message. */
  phrase: string | undefined;
}
