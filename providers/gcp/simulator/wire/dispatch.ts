import { setTimeout as pause } from 'node:timers/promises';
import type { Cloud } from '../cloud/cloud.ts';
import { invalidArgument, unauthenticated } from '../cloud/cloud-error.ts';
import type { Projects } from '../cloud/projects.ts';
import type { AnyMethod } from './service.ts';

export interface Incoming {
  /** In full: `google.cloud.run.v2.Jobs.RunJob`. */
  name: string;
  method: AnyMethod;
  request: object;
  /** The `authorization` header. */
  authorization: string | undefined;
}

/** One call from its arrival to its answer, whatever wire it came by. Throws a CloudError where the real service would refuse. */
export async function dispatch(cloud: Cloud, projects: Projects, incoming: Incoming): Promise<object> {
  const { name, method } = incoming;
  const request = incoming.request as never;
  const resource = method.resource(request);
  const id = /^projects\/([^/]+)/.exec(resource)?.[1];
  const caller = callerOf(incoming.authorization);
  cloud.calls.record(id ?? '', caller ?? '', name);
  const latency = cloud.random.within(cloud.knobs.rpcLatencyMs);
  if (latency > 0) await pause(latency);
  if (id === undefined) throw invalidArgument(`Invalid resource name: '${resource}' does not begin with a project.`);
  cloud.faults.hit('before', name, id);
  if (caller === undefined && cloud.knobs.authentication === 'required')
    throw unauthenticated(
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    );
  const project = projects.of(id);
  for (const permission of [method.permission(request)].flat())
    cloud.permissions.check({ caller: caller ?? owner, permission, resource, project });
  const response = await method.handle(request, { project, caller: caller ?? owner });
  cloud.faults.hit('after', name, id);
  return response;
}

/** Whoever shows no token, or one that is not ours: may do everything. */
export const owner = 'owner';

/** Access tokens of the simulated cloud say whose they are: `sa:name@project.iam.gserviceaccount.com`. */
export function callerOf(authorization: string | undefined): string | undefined {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  return token.startsWith('sa:') ? token.slice(3) : owner;
}
