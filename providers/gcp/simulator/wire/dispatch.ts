import { setTimeout as pause } from 'node:timers/promises';
import type { Cloud } from '../cloud/cloud.ts';
import { invalidArgument, unauthenticated } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import type { Projects } from '../cloud/projects.ts';
import { type Caller, owner } from './callers.ts';
import type { AnyMethod, Need } from './service.ts';

export interface Incoming {
  /** In full: `google.cloud.run.v2.Jobs.RunJob`. */
  name: string;
  method: AnyMethod;
  request: object;
  caller: Caller;
}

/** One call from its arrival to its answer, whatever wire it came by. Throws a CloudError where the real service would refuse. */
export async function dispatch(cloud: Cloud, projects: Projects, incoming: Incoming): Promise<object> {
  const { name, method } = incoming;
  const request = incoming.request as never;
  const latency = cloud.random.within(cloud.knobs.rpcLatencyMs);
  const resource = method.resource(request);
  const project = enter(cloud, projects, { name, resource, caller: incoming.caller });
  if (latency > 0) await pause(latency);
  cloud.faults.hit('before', name, project.id);
  const needs = [method.permission(request)].flat().map((permission) => ({ permission, resource }));
  check(cloud, project, incoming.caller, [...needs, ...(method.also?.(request, project) ?? [])]);
  const response = await method.handle(request, { project, caller: incoming.caller ?? owner });
  cloud.faults.hit('after', name, project.id);
  return response;
}

/** Counts a call, and finds whose project it is in. */
export function enter(
  cloud: Cloud,
  projects: Projects,
  { name, resource, caller }: { name: string; resource: string; caller: Caller },
): Project {
  const id = /^projects\/([^/]+)/.exec(resource)?.[1];
  if (id === undefined) {
    cloud.calls.record('', caller ?? owner, name);
    throw invalidArgument(`Invalid resource name: '${resource}' does not begin with a project.`);
  }
  const project = projects.of(id);
  cloud.calls.record(project.id, caller ?? owner, name);
  return project;
}

export function check(cloud: Cloud, project: Project, caller: Caller, needs: readonly Need[]): void {
  if (caller === undefined && cloud.knobs.authentication === 'required')
    throw unauthenticated(
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    );
  for (const need of needs) cloud.permissions.check({ caller: caller ?? owner, project, ...need });
}
