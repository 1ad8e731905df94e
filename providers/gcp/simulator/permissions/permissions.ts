import { permissionDenied } from '../cloud/cloud-error.ts';
import { owner } from '../wire/callers.ts';

/** `deploy/permissions.json`. */
export interface PermissionTable {
  accounts: Record<string, AccountGrants>;
}

export interface AccountGrants {
  /** What the account is for. */
  purpose: string;
  /** Accounts whose grants it has too. */
  includes?: string[];
  grants: Grant[];
}

export interface Grant {
  permissions: string[];
  /** `{project}` is the project's id, `*` stands for anything within a segment, `**` for anything. */
  resources: string[];
  /** The role that gives them, for who writes the infrastructure. */
  role: string;
  reason: string;
  /** Why the simulator never sees such a call. */
  unchecked?: string;
}

export interface Check {
  /** E-mail, or `owner`. */
  caller: string;
  /** E.g. `run.jobs.run`. */
  permission: string;
  /** A resource name with the project's id or number. */
  resource: string;
  project: { id: string; number: string };
}

export interface UnusedGrant {
  /** Of the account: the part of its e-mail before the `@`. */
  account: string;
  permission: string;
  resources: readonly string[];
}

/** Who may call what. The owner may do everything; an account that the table does not name, nothing. */
export class Permissions {
  readonly #table: PermissionTable;
  readonly #used = new Set<string>();

  constructor(table: PermissionTable) {
    this.#table = table;
  }

  /** Throws PERMISSION_DENIED, in Google's words. */
  check(wanted: Check): void {
    if (this.allows(wanted)) return;
    const { permission, resource, caller } = wanted;
    throw permissionDenied(
      `Permission '${permission}' denied on resource '${resource}' (or it may not exist). The caller is ${caller}.`,
    );
  }

  allows(wanted: Check): boolean {
    const { caller, permission, project } = wanted;
    if (caller === owner) return true;
    const [account, domain] = caller.split('@') as [string, string];
    if (domain !== `${project.id}.iam.gserviceaccount.com`) return false;
    const resource = wanted.resource.replace(`projects/${project.number}/`, `projects/${project.id}/`);
    const found = this.#grantsOf(account).find(
      ({ grant }) =>
        grant.permissions.includes(permission) &&
        grant.resources.some((pattern) => matches(pattern.replaceAll('{project}', project.id), resource)),
    );
    if (found) this.#used.add(keyOf(found.account, found.grant, permission));
    return found !== undefined;
  }

  /** What no call has needed so far, of all accounts that are not made of others. */
  unused(): UnusedGrant[] {
    return Object.entries(this.#table.accounts).flatMap(([account, { grants }]) =>
      grants
        .filter(({ unchecked }) => unchecked === undefined)
        .flatMap((grant) =>
          grant.permissions
            .filter((permission) => !this.#used.has(keyOf(account, grant, permission)))
            .map((permission) => ({ account, permission, resources: grant.resources })),
        ),
    );
  }

  /** The accounts that the table has. */
  get accounts(): string[] {
    return Object.keys(this.#table.accounts);
  }

  #grantsOf(account: string): { account: string; grant: Grant }[] {
    const found = this.#table.accounts[account];
    if (!found) return [];
    return [
      ...found.grants.map((grant) => ({ account, grant })),
      ...(found.includes ?? []).flatMap((included) => this.#grantsOf(included)),
    ];
  }
}

const keyOf = (account: string, { resources }: Grant, permission: string): string =>
  `${account} ${permission} ${resources.join(' ')}`;

function matches(pattern: string, resource: string): boolean {
  const source = pattern.replace(/\*\*|\*|[.+?^${}()|[\]\\]/g, (found) => {
    if (found === '**') return '.*';
    return found === '*' ? '[^/]*' : `\\${found}`;
  });
  return new RegExp(`^${source}$`).test(resource);
}
