import type { RequestContext } from '../../src/services.ts';

/** A request of somebody; each has an id of its own. */
export function contextOf(email = 'ana@example.com', role = 'admin'): RequestContext {
  return { requestId: crypto.randomUUID(), principal: { email, role } };
}
