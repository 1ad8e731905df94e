import { hash } from 'node:crypto';
import type { TaskTemplate } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';

type Names = Pick<GcpConfig, 'project' | 'deployment' | 'jobs'>;

/** Of an image's name in a Job's, for people; the digest is what makes it another one for every configuration. */
const slugLength = 18;

/**
 * The name of the Job for a template: the same for the same template, at most 45 characters of the 49 that Google allows, so that
 * the one with a sidecar can have a name of its own.
 */
export function jobName({ deployment }: Pick<GcpConfig, 'deployment'>, template: TaskTemplate): string {
  const { imageId, image, cpu, memory, platform, taskRole = '' } = template;
  const identity = JSON.stringify([imageId, image, cpu, memory, platform, taskRole]);
  const name = /([^/:@]*)(?:[:@][^/]*)?$/.exec(image)?.[1] ?? '';
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, slugLength);
  return [deployment, slug.replace(/-$/, ''), hash('sha256', identity, 'hex').slice(0, 8)].filter(Boolean).join('-');
}

/** The Job of the same template whose tasks have a sidecar. */
export const withSidecar = (job: string): string => `${job}-s`;

export const locationPath = ({ project, jobs }: Names): string => `projects/${project}/locations/${jobs.region}`;

export const jobPath = (names: Names, job: string): string => `${locationPath(names)}/jobs/${job}`;

/** Google names an execution like its Job, with a dash and five characters more. */
export function executionPath(names: Names, execution: string): string {
  return `${jobPath(names, execution.slice(0, execution.lastIndexOf('-')))}/executions/${execution}`;
}

export const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Whether it may be the name of an execution of this deployment: nobody may ask Google for others through us. */
export function isExecutionName({ deployment }: Names, name: string): boolean {
  return name.startsWith(`${deployment}-`) && /^[a-z][a-z0-9-]{1,54}-[a-z0-9]{5}$/.test(name);
}
