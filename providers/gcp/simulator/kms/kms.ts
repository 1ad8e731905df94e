import type { Policies } from '../iam/policies.ts';

const keyName = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

// Keys encrypt nothing here; they can be missing, disabled, or closed to somebody.
/** Keys of one project, by their full name. */
export class Kms {
  readonly #keys = new Map<string, { enabled: boolean }>();
  readonly #policies: Policies;

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  create(name: string): void {
    if (!keyName.test(name)) throw new Error(`${name} is no name of a crypto key`);
    this.#keys.set(name, { enabled: true });
  }

  /** A disabled key makes everything under it unreadable. */
  disable(name: string): void {
    this.#keys.get(name)!.enabled = false;
  }

  get(name: string): { enabled: boolean } | undefined {
    return this.#keys.get(name);
  }

  /** Whether an account (`serviceAccount:…`) can use it. */
  usable(name: string, member: string): boolean {
    return (
      this.#keys.get(name)?.enabled === true &&
      this.#policies.has(name, 'roles/cloudkms.cryptoKeyEncrypterDecrypter', member)
    );
  }
}

export const locationOf = (name: string): string | undefined => keyName.exec(name)?.[1];
