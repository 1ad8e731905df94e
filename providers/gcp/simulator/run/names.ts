import { invalidArgument } from '../cloud/cloud-error.ts';

export interface JobName {
  location: string;
  job: string;
}

/** Execution names are the job's with five of these. */
export const suffixAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const longestJobName = 49;
const jobId = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

export function checkJobId(id: string): void {
  if (id.length > longestJobName || !jobId.test(id))
    throw invalidArgument(
      `Violation in CreateJobRequest.job_id: '${id}' must use only lowercase alphanumeric characters and dashes, begin with a letter, not end with a dash, and have at most ${longestJobName} characters.`,
    );
}

export function locationOf(parent: string | null | undefined): string {
  const location = /^projects\/[^/]+\/locations\/([^/]+)/.exec(parent ?? '')?.[1];
  if (location === undefined)
    throw invalidArgument(`Invalid resource name '${parent}': it must be projects/*/locations/*.`);
  return location;
}

// With or without more behind the name of the job.
export function jobOf(name: string | null | undefined): JobName {
  const [, location, job] = /^projects\/[^/]+\/locations\/([^/]+)\/jobs\/([^/]+)/.exec(name ?? '') ?? [];
  if (job === undefined)
    throw invalidArgument(`Invalid resource name '${name}': it must be projects/*/locations/*/jobs/*.`);
  return { location: location!, job };
}

/** The last segment. */
export const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
