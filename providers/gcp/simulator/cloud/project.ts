import { createHash } from 'node:crypto';
import type { Policies } from '../iam/policies.ts';
import type { Kms } from '../kms/kms.ts';
import type { Logging } from '../logging/logging.ts';
import type { Run } from '../run/run.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Cloud } from './cloud.ts';

/** One tenant: nothing of it is visible in another. */
export interface Project {
  readonly id: string;
  /** Twelve digits, always the same for the same id. */
  readonly number: string;
  readonly cloud: Cloud;
  readonly policies: Policies;
  readonly kms: Kms;
  readonly secrets: Secrets;
  readonly logging: Logging;
  readonly run: Run;
}

export const projectNumber = (id: string): string =>
  String(100_000_000_000 + (createHash('sha256').update(id).digest().readUIntBE(0, 6) % 900_000_000_000));
