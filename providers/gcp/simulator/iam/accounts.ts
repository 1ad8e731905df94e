import { createHash } from 'node:crypto';

export interface ServiceAccount {
  email: string;
  displayName: string;
  disabled: boolean;
  uniqueId: string;
}

/** The service accounts of one project. */
export class Accounts {
  readonly #project: { id: string; number: string };
  readonly #accounts = new Map<string, ServiceAccount>();

  /** `ids`: those that are there from the beginning, besides the default one of the project. */
  constructor(project: { id: string; number: string }, ids: Iterable<string>) {
    this.#project = project;
    this.#add(`${project.number}-compute@developer.gserviceaccount.com`, 'Default compute service account');
    for (const id of ids) this.create(id);
  }

  /** Returns its e-mail. */
  create(id: string, displayName = ''): string {
    return this.#add(`${id}@${this.#project.id}.iam.gserviceaccount.com`, displayName).email;
  }

  /** A disabled account is found, but nothing can run as it. */
  disable(email: string): void {
    this.#accounts.get(email)!.disabled = true;
  }

  remove(email: string): void {
    this.#accounts.delete(email);
  }

  /** By e-mail or unique id. */
  find(name: string): ServiceAccount | undefined {
    return this.#accounts.get(name) ?? [...this.#accounts.values()].find(({ uniqueId }) => uniqueId === name);
  }

  list(): ServiceAccount[] {
    return [...this.#accounts.values()];
  }

  #add(email: string, displayName: string): ServiceAccount {
    const digits = createHash('sha256').update(email).digest().readBigUInt64BE().toString().padStart(20, '0');
    const account = { email, displayName, disabled: false, uniqueId: `1${digits}`.slice(0, 21) };
    this.#accounts.set(email, account);
    return account;
  }
}

/** The resource name of an account, from its e-mail. */
export function accountName(email: string): string {
  const project =
    /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ?? /^(\d+)-compute@/.exec(email)?.[1] ?? '-';
  return `projects/${project}/serviceAccounts/${email}`;
}
