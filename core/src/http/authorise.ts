import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { Call } from './call.ts';
import { actionOf, type Route, type RouteResource } from './route.ts';

/**
 * Asks the policy, and loads the resource that a path names, as its owners count. Who may not read a thing is told the same
 * whether it exists or not.
 */
export async function authorise(route: Route, call: Call): Promise<void> {
  if (typeof route.access === 'string') return;
  const { resource } = route.access;
  if (!resource) {
    if (!isAllowed(route, call, call.object)) throw forbid(route, call);
    return;
  }
  try {
    call.resource = await resource.load(call);
  } catch (error) {
    if (isAbsence(error) && !isAllowed(route, call, call.object)) throw forbid(route, call);
    throw error;
  }
  if (!isAllowed(route, call, resource.object?.(call.resource) ?? call.object, resource)) throw forbid(route, call);
}

function isAllowed(route: Route, call: Call, object: string, resource?: RouteResource<unknown>): boolean {
  const owners = resource?.owners(call.resource);
  return call.runvoy.access.allows(call.context.principal, object, actionOf(route), owners);
}

function isAbsence(error: unknown): boolean {
  return isRunvoyError(error, 'NOT_FOUND') || isRunvoyError(error, 'SECRET_NOT_FOUND');
}

function forbid(route: Route, call: Call): RunvoyError {
  call.phrase = 'Forbidden';
  return new RunvoyError('FORBIDDEN', `you do not have permission to ${actionOf(route)} this resource`, {
    remedy: 'Ask an administrator for a role that may do this.',
  });
}
