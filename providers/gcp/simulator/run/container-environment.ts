import { delimiter } from 'node:path';
import { lastSegment } from './names.ts';
import type { RunParts } from './run.ts';
import type { Execution } from './types.ts';

/** What Cloud Run itself sets in every container of a task, and what this machine needs in place of an image. */
export function containerEnvironment(
  { standIns }: RunParts,
  execution: Execution,
  index: number,
  attempt: number,
  metadataHost: string,
): Record<string, string> {
  return {
    PATH: [standIns, process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    CLOUD_RUN_JOB: execution.job!,
    CLOUD_RUN_EXECUTION: lastSegment(execution.name!),
    CLOUD_RUN_TASK_INDEX: String(index),
    CLOUD_RUN_TASK_ATTEMPT: String(attempt),
    CLOUD_RUN_TASK_COUNT: String(execution.taskCount),
    // The only thing that the real cloud does not set: Google's libraries find the metadata server by it.
    GCE_METADATA_HOST: metadataHost,
  };
}
