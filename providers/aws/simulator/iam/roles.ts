import { type Names, roleArn } from '../names.ts';

export interface IamRole {
  name: string;
  arn: string;
  id: string;
  createdAt: number;
}

/** The roles of an account, all of them trusted by ECS and Lambda. */
export class Roles {
  readonly #names: Names;
  readonly #now: () => number;
  readonly #roles = new Map<string, IamRole>();

  constructor(names: Names, now: () => number) {
    this.#names = names;
    this.#now = now;
  }

  add(name: string): IamRole {
    const id = `AROA${name
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase()
      .padEnd(17, 'X')
      .slice(0, 17)}`;
    const role = { name, arn: roleArn(this.#names, name), id, createdAt: this.#now() };
    this.#roles.set(name, role);
    return role;
  }

  has(name: string): boolean {
    return this.#roles.has(name);
  }

  get(name: string): IamRole | undefined {
    return this.#roles.get(name);
  }

  remove(name: string): void {
    this.#roles.delete(name);
  }
}
