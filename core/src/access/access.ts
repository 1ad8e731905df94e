import type { Access } from '../services.ts';
import { defaultPolicy } from './default-policy.ts';
import { ownerSubject, parsePolicy } from './parse-policy.ts';

/**
 * A request is one role, whether the caller owns the resource, a path and an action. Ownership is asked in the same evaluation as
 * the role, so that a `deny` of either wins over an `allow` of the other.
 */
const model = `
[request_definition]
r = sub, owns, obj, act

[policy_definition]
p = sub, obj, act, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (g(r.sub, p.sub) || (r.owns && p.sub == "${ownerSubject}")) && (r.act == p.act || p.act == "*") && keyMatch2(r.obj, p.obj)
`;

/** An evaluation costs 10 µs or more, a remembered one a tenth of a microsecond. */
const rememberedDecisions = 10_000;

/** Access control by a casbin policy in CSV; without one, by upstream's roles. */
export async function createAccess({ policyText = defaultPolicy }: { policyText?: string } = {}): Promise<Access> {
  const { rules, inheritance, roles } = parsePolicy(policyText);
  // Not imported above: it takes 50 ms, which whoever only needs this module's types or is told of a wrong policy saves.
  const { newEnforcer, newModelFromString } = await import('casbin');
  const enforcer = await newEnforcer(newModelFromString(model));
  await enforcer.addPolicies(rules);
  await enforcer.addGroupingPolicies(inheritance);

  const decisions = new Map<string, boolean>();
  const decide = (role: string, owns: boolean, object: string, action: string): boolean => {
    const question = `${role}|${owns}|${object}|${action}`;
    const remembered = decisions.get(question);
    if (remembered !== undefined) return remembered;
    const decision = enforcer.enforceSync(role, owns, object, action);
    if (decisions.size >= rememberedDecisions) decisions.delete(decisions.keys().next().value!);
    decisions.set(question, decision);
    return decision;
  };

  return {
    roles,
    isRole: (role) => roles.includes(role),
    allows: ({ email, role }, object, action, owners = []) =>
      roles.includes(role) && decide(role, owners.includes(email), object, action),
  };
}
