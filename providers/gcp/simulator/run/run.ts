import type { Cloud } from '../cloud/cloud.ts';
import type { ContainerHost } from '../containers/container-host.ts';
import type { Tokens } from '../iam/tokens.ts';
import type { Logging } from '../logging/logging.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { ExecutionRun } from './execution-run.ts';
import type { Images } from './images.ts';
import { jobOf } from './names.ts';
import { Operations } from './operations.ts';
import type { Job } from './types.ts';

/** What executions need of the rest of the cloud. */
export interface RunParts {
  cloud: Cloud;
  project: { id: string; number: string };
  logging: Logging;
  secrets: Secrets;
  host: ContainerHost;
  images: Images;
  tokens: Tokens;
  /** The folder of programs that go before the machine's own. */
  standIns: string;
}

/** Cloud Run Jobs of one project. */
export class Run {
  readonly parts: RunParts;
  /** By full name. */
  readonly jobs = new Map<string, Job>();
  /** By full name, oldest first. */
  readonly executions = new Map<string, ExecutionRun>();
  readonly operations: Operations;

  constructor(parts: RunParts) {
    this.parts = parts;
    this.operations = new Operations(parts.cloud);
  }

  /** Oldest first. `job`: its full name. */
  executionsOf(job: string): ExecutionRun[] {
    return [...this.executions.values()].filter(({ proto }) => proto.name!.startsWith(`${job}/`));
  }

  runningIn(location: string): number {
    return [...this.executions.values()].filter(
      ({ proto, isOver }) => !isOver && jobOf(proto.name).location === location,
    ).length;
  }
}
