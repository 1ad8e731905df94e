import { aborted } from '../cloud/cloud-error.ts';

export interface Binding {
  role: string;
  members: string[];
}

export interface Policy {
  version: number;
  bindings: Binding[];
  /** Changes with every change. */
  etag: Buffer;
}

/** Who has which role on a resource, of one project. A resource that nobody set a policy for has an empty one. */
export class Policies {
  readonly #policies = new Map<string, Policy>();
  #changes = 0;

  get(resource: string): Policy {
    return this.#policies.get(resource) ?? { version: 1, bindings: [], etag: Buffer.from('ACAB', 'base64') };
  }

  /** Throws ABORTED when it has been changed since `etag` was read. */
  set(resource: string, bindings: readonly Binding[], etag?: Uint8Array): Policy {
    if (etag && etag.length > 0 && !this.get(resource).etag.equals(etag))
      throw aborted(
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      );
    const change = Buffer.alloc(8);
    change.writeUInt32BE(++this.#changes, 4);
    const policy = {
      version: 1,
      bindings: bindings.map(({ role, members }) => ({ role, members: [...members] })),
      etag: change,
    };
    this.#policies.set(resource, policy);
    return policy;
  }

  /** What Terraform's `…_iam_member` does. */
  grant(resource: string, role: string, member: string): void {
    const { bindings } = this.get(resource);
    const others = bindings.filter((binding) => binding.role !== role);
    const members = new Set(bindings.find((binding) => binding.role === role)?.members).add(member);
    this.set(resource, [...others, { role, members: [...members] }]);
  }

  has(resource: string, role: string, member: string): boolean {
    return this.get(resource).bindings.some((binding) => binding.role === role && binding.members.includes(member));
  }
}
