import type { PlumbingFinding } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import { googleFetch } from '../connect/google-fetch.ts';
import type { Resource } from './resources.ts';

type Json = Record<string, unknown>;

export interface Kept {
  /** As it is now; absent when it could not be read or made. */
  current?: Json;
  findings: PlumbingFinding[];
}

/** Makes one thing of the cloud what it has to be. */
export async function keep(config: GcpConfig, resource: Resource): Promise<Kept> {
  const { api, path, create, wanted, update } = resource;
  const found = await googleFetch(config, api, path);
  if (found.status === 404) {
    const made = await googleFetch(config, api, create.path, { method: create.method, body: create.body });
    if (made.status >= 300 && made.status !== 409) return failed(resource, 'is missing and cannot be made', made);
    return { current: made.json as Json, findings: [finding(resource, 'was missing', true)] };
  }
  if (found.status !== 200) return failed(resource, 'cannot be looked at', found);
  const current = found.json as Json;
  const wrong = Object.keys(wanted).filter((field) => !covers(current[field], wanted[field]));
  if (wrong.length === 0) return { current, findings: [] };
  const what = `differs in ${wrong.join(', ')}`;
  if (!update) return { current, findings: [finding(resource, what, false)] };
  const { path: where, body } = update(wrong, wanted);
  const changed = await googleFetch(config, api, where, { method: 'PATCH', body });
  if (changed.status >= 300) return failed(resource, `${what} and cannot be changed`, changed);
  return { current: changed.json as Json, findings: [finding(resource, what, true)] };
}

/** Lets the account that a sink writes as publish to its topic: without this the sink exists and exports nothing. */
export async function keepPublisher(config: GcpConfig, topic: string, member: string): Promise<PlumbingFinding[]> {
  const resource = {
    type: 'pubsub_grant',
    id: topic,
    consequence: `${member} may not publish, and nothing says so`,
    severity: 'error',
  } as const;
  const path = `/v1/projects/${config.project}/topics/${topic}`;
  const found = await googleFetch(config, 'pubsub', `${path}:getIamPolicy`);
  if (found.status !== 200) return failed(resource, 'cannot be looked at', found).findings;
  const policy = found.json as { bindings?: { role: string; members?: string[] }[]; etag?: string };
  const role = 'roles/pubsub.publisher';
  const { bindings = [] } = policy;
  if (bindings.some((binding) => binding.role === role && binding.members?.includes(member))) return [];
  const added = { ...policy, bindings: [...bindings, { role, members: [member] }] };
  const set = await googleFetch(config, 'pubsub', `${path}:setIamPolicy`, { method: 'POST', body: { policy: added } });
  if (set.status >= 300) return failed(resource, 'is missing and cannot be made', set).findings;
  return [finding(resource, 'was missing', true)];
}

type Described = Pick<Resource, 'type' | 'id' | 'consequence' | 'severity'>;

function finding({ type, id, consequence, severity }: Described, what: string, repaired: boolean): PlumbingFinding {
  return { type, id, severity, repaired, message: `it ${what}${repaired ? '; repaired' : `: ${consequence}`}` };
}

function failed(resource: Described, what: string, { status, json }: { status: number; json: unknown }): Kept {
  const said = (json as { error?: { message?: string } } | undefined)?.error?.message;
  const found = finding(resource, `${what} (${said ?? `HTTP ${status}`})`, false);
  return { findings: [found] };
}

/** Whether what is there has all that is wanted; Google adds fields of its own, and leaves out those that are empty. */
function covers(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return (actual ?? defaultOf(wanted)) === wanted;
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([name, value]) => covers((actual as Json)[name], value));
}

const defaultOf = (wanted: unknown): unknown => (wanted === false ? false : wanted === 0 ? 0 : undefined);
