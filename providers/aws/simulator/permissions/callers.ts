import type { Random } from '../control/random.ts';
import type { Names } from '../names.ts';
import type { Caller } from './caller.ts';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The access keys of an account: one for each role, one with the rights of both Lambdas, and one that may do anything. */
export class Callers {
  readonly #names: Names;
  readonly #random: Random;
  readonly #byKey = new Map<string, Caller>();
  readonly #byName = new Map<string, Caller>();

  constructor(names: Names, random: Random) {
    this.#names = names;
    this.#random = random;
    const { orchestrator, processor } = names.roles;
    this.#add('orchestrator', [orchestrator], `assumed-role/${orchestrator}/${names.functions.orchestrator}`);
    this.#add('processor', [processor], `assumed-role/${processor}/${names.functions.processor}`);
    this.#add('both', [orchestrator, processor], 'user/orchestrator-and-processor');
    this.#add('administrator', [], 'user/administrator', true);
  }

  named(name: 'orchestrator' | 'processor' | 'both' | 'administrator'): Caller {
    return this.#byName.get(name)!;
  }

  /** As a task that has assumed it. */
  forRole(roleName: string): Caller {
    return (
      this.#byName.get(`role ${roleName}`) ??
      this.#add(`role ${roleName}`, [roleName], `assumed-role/${roleName}/${this.#random.text(32)}`)
    );
  }

  find(accessKeyId: string): Caller | undefined {
    return this.#byKey.get(accessKeyId);
  }

  #add(name: string, roles: readonly string[], identity: string, administrator = false): Caller {
    const service = identity.startsWith('assumed-role') ? 'sts' : 'iam';
    const caller = {
      accessKeyId: `AKIA${this.#random.text(16, base32)}`,
      secretAccessKey: this.#random.text(40, `${base32}abcdefghijklmnopqrstuvwxyz`),
      roles,
      administrator,
      arn: `arn:aws:${service}::${this.#names.account}:${identity}`,
    };
    this.#byKey.set(caller.accessKeyId, caller);
    this.#byName.set(name, caller);
    return caller;
  }
}
