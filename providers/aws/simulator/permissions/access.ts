import type { Caller } from './caller.ts';
import type { Grant } from './grants.ts';

interface Rule {
  grant: Grant;
  name: string;
  action: RegExp;
  resource: RegExp;
  used: boolean;
}

export interface UnusedGrant {
  role: string;
  action: string;
  resources: readonly string[];
  reason: string;
}

/** What roles may do, and which of their grants were ever needed. */
export class Access {
  readonly #rules = new Map<string, Rule[]>();

  /** `values` fills the `${…}` of the grants' resources. */
  add(roleName: string, grants: readonly Grant[], values: Readonly<Record<string, string>>): void {
    const rules = grants.flatMap((grant) =>
      grant.actions.flatMap((action) =>
        grant.resources.map((resource) => ({
          grant,
          name: action,
          action: pattern(action),
          resource: pattern(fill(resource, values)),
          used: false,
        })),
      ),
    );
    this.#rules.set(roleName, [...(this.#rules.get(roleName) ?? []), ...rules]);
  }

  allows(caller: Caller, action: string, resource: string): boolean {
    if (caller.administrator) return true;
    const rules = caller.roles.flatMap((role) => this.#rules.get(role) ?? []);
    const granting = rules.filter((rule) => rule.action.test(action) && rule.resource.test(resource));
    for (const rule of granting) rule.used = true;
    return granting.length > 0;
  }

  /** Actions of these roles' grants that no call has needed yet. */
  unused(roleNames: readonly string[] = [...this.#rules.keys()]): UnusedGrant[] {
    return roleNames.flatMap((role) => {
      const rules = this.#rules.get(role) ?? [];
      const grants = [...new Set(rules.map(({ grant }) => grant))];
      return grants.flatMap((grant) => {
        const used = new Set(rules.filter((rule) => rule.grant === grant && rule.used).map(({ name }) => name));
        return grant.actions
          .filter((action) => !used.has(action))
          .map((action) => ({ role, action, resources: grant.resources, reason: grant.reason }));
      });
    });
  }
}

/** IAM's wildcards: `*` is anything, `?` one character. */
const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'is',
  );

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`permissions.json: there is no \${${name}}`);
    return value;
  });
}
