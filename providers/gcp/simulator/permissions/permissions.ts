import { permissionDenied } from '../cloud/cloud-error.ts';

export interface Check {
  /** E-mail, or `owner`. */
  caller: string;
  /** E.g. `run.jobs.run`. */
  permission: string;
  resource: string;
  project: { id: string; number: string };
}

/** Who may call what. */
export class Permissions {
  check(_check: Check): void {}
}
void permissionDenied;
