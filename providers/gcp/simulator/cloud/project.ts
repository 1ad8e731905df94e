import { createHash } from 'node:crypto';
import type { Accounts } from '../iam/accounts.ts';
import type { Policies } from '../iam/policies.ts';
import type { Kms } from '../kms/kms.ts';
import type { Logging } from '../logging/logging.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import type { PubSub } from '../push/pubsub.ts';
import type { PubSubFront } from '../push/pubsub-front.ts';
import type { Run } from '../run/run.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Span } from '../trace/trace-service.ts';
import type { Cloud } from './cloud.ts';

/** One tenant: nothing of it is visible in another. */
export interface Project {
  readonly id: string;
  /** Twelve digits, always the same for the same id. */
  readonly number: string;
  readonly cloud: Cloud;
  readonly accounts: Accounts;
  readonly policies: Policies;
  readonly kms: Kms;
  readonly secrets: Secrets;
  readonly logging: Logging;
  readonly run: Run;
  readonly scheduler: Scheduler;
  readonly monitoring: Monitoring;
  /** What was written to Cloud Trace. */
  readonly spans: Span[];
  /** The emulator, for all projects. */
  readonly pubsub: PubSub;
  readonly pubsubFront: PubSubFront;
}

export const projectNumber = (id: string): string =>
  String(100_000_000_000 + (createHash('sha256').update(id).digest().readUIntBE(0, 6) % 900_000_000_000));
