import type { Access } from '../services.ts';
import { defaultPolicy } from './default-policy.ts';
import { ownerSubject, type Policy, parsePolicy } from './parse-policy.ts';

/**
 * A request is whether the caller owns the resource, a path and an action; each role has its own rules, since an evaluation costs
 * a microsecond or two a rule. Ownership is asked in the same evaluation, so that a `deny` of either wins over an `allow` of the
 * other.
 */
const model = `
[request_definition]
r = owns, obj, act

[policy_definition]
p = sub, obj, act, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (r.act == p.act || p.act == "*") && (r.owns || p.sub != "${ownerSubject}") && keyMatch2(r.obj, p.obj)
`;

/** A hundred times cheaper than an evaluation. */
const rememberedDecisions = 10_000;

/** Access control by a casbin policy in CSV; without one, by upstream's roles. */
export async function createAccess({ policyText = defaultPolicy }: { policyText?: string } = {}): Promise<Access> {
  const policy = parsePolicy(policyText);
  // Imported late, because it takes 40 ms: being told that a policy is wrong does not need it.
  const { newEnforcer, newModelFromString } = await import('casbin');
  const enforcers = new Map(
    await Promise.all(
      policy.roles.map(async (role) => {
        const enforcer = await newEnforcer(newModelFromString(model));
        await enforcer.addPolicies(rulesOf(policy, role));
        return [role, enforcer] as const;
      }),
    ),
  );

  const decisions = new Map<string, boolean>();
  const decide = (role: string, owns: boolean, object: string, action: string): boolean => {
    const question = `${role}|${owns}|${object}|${action}`;
    const remembered = decisions.get(question);
    if (remembered !== undefined) return remembered;
    const decision = enforcers.get(role)?.enforceSync(owns, object, action) ?? false;
    if (decisions.size >= rememberedDecisions) decisions.delete(decisions.keys().next().value!);
    decisions.set(question, decision);
    return decision;
  };

  return {
    roles: policy.roles,
    isRole: (role) => enforcers.has(role),
    allows: ({ email, role }, object, action, owners = []) =>
      enforcers.has(role) && decide(role, owners.includes(email), object, action),
  };
}

/** The rules of a role, of the roles it inherits from, and of owners. */
function rulesOf({ rules, inheritance }: Policy, role: string): string[][] {
  const subjects = new Set([ownerSubject, role]);
  // A set that grows is iterated to its new end.
  for (const subject of subjects)
    for (const [heir, ancestor] of inheritance) if (heir === subject) subjects.add(ancestor!);
  return rules.filter(([subject]) => subjects.has(subject!));
}
