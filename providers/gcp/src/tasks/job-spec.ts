import { hash } from 'node:crypto';
import type { protos } from '@google-cloud/run';
import { RunvoyError, type TaskTemplate } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import { imagePath } from './image-path.ts';
import { sharedFolder, workspace } from './scripts/markers.ts';
import { taskSize } from './task-size.ts';

export type Job = protos.google.cloud.run.v2.IJob;

export const runner = 'runner';
export const sidecar = 'sidecar';
/** Of annotations and labels that a Job has. */
export const marks = {
  deployment: 'runvoy',
  /** A label of a Job that was forgotten while executions of it were running. */
  forgotten: 'runvoy-forgotten',
  template: 'runvoy-template',
  spec: 'runvoy-spec',
} as const;

const egress = { 'private-ranges-only': 'PRIVATE_RANGES_ONLY', 'all-traffic': 'ALL_TRAFFIC' } as const;
const longestTimeoutSeconds = 7 * 24 * 3600;

/**
 * The Job that runs a template. A run overrides arguments, variables and the timeout; everything else is fixed here. Rejects with
 * INVALID_REQUEST what Cloud Run never runs.
 */
export function jobSpec(
  config: Pick<GcpConfig, 'deployment' | 'project' | 'jobs'>,
  template: TaskTemplate,
  { hasSidecar }: { hasSidecar: boolean },
): { job: Job; notes: string[] } {
  const { jobs, deployment } = config;
  checkPlatform(template);
  const { vcpus, memory, notes } = taskSize(template);
  const limits = { cpu: `${vcpus}`, memory: `${memory}Mi` };
  const volumeMounts = hasSidecar ? [{ name: 'workspace', mountPath: workspace }] : [];
  const env = hasSidecar ? [{ name: 'RUNVOY_SHARED', value: sharedFolder }] : [];
  const command = ['/bin/sh', '-c'];
  const containers = [
    {
      name: runner,
      image: imagePath(template.image, jobs.registry),
      command,
      env,
      volumeMounts,
      resources: { limits },
    },
    ...(hasSidecar
      ? [
          {
            name: sidecar,
            image: imagePath(jobs.sidecarImage, jobs.registry),
            command,
            env,
            volumeMounts,
            resources: { limits: { cpu: '1', memory: '512Mi' } },
          },
        ]
      : []),
  ];
  const job: Job = {
    labels: { [marks.deployment]: deployment },
    annotations: { [marks.template]: JSON.stringify(template) },
    template: {
      // These reach every line that the task prints: the sink of the log chooses by them.
      labels: { [marks.deployment]: deployment },
      taskCount: 1,
      parallelism: 1,
      template: {
        containers,
        volumes: hasSidecar ? [{ name: 'workspace', emptyDir: { medium: 'MEMORY' } }] : [],
        // Absent means 3.
        maxRetries: 0,
        timeout: { seconds: longestTimeoutSeconds },
        serviceAccount: serviceAccountOf(config, template),
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        ...(jobs.vpcConnector !== undefined && {
          vpcAccess: {
            connector: connectorPath(config, jobs.vpcConnector),
            egress: egress[jobs.vpcEgress ?? 'private-ranges-only'],
          },
        }),
      },
    },
  };
  const digest = hash('sha256', JSON.stringify(job), 'base64url').slice(0, 16);
  return { job: { ...job, annotations: { ...job.annotations, [marks.spec]: digest } }, notes };
}

export function serviceAccountOf(
  { jobs, project }: Pick<GcpConfig, 'jobs' | 'project'>,
  { taskRole }: TaskTemplate,
): string {
  if (taskRole === undefined) return jobs.serviceAccount;
  return taskRole.includes('@') ? taskRole : `${taskRole}@${project}.iam.gserviceaccount.com`;
}

function checkPlatform({ platform }: TaskTemplate): void {
  if (/^linux\/(x86_64|amd64)$/i.test(platform)) return;
  throw new RunvoyError('INVALID_REQUEST', `Cloud Run runs Linux/X86_64 only, not ${platform}`, {
    field: 'runtime_platform',
    remedy: 'Register an image for Linux/X86_64, and give that as its platform.',
  });
}

function connectorPath({ project, jobs }: Pick<GcpConfig, 'jobs' | 'project'>, connector: string): string {
  return connector.includes('/') ? connector : `projects/${project}/locations/${jobs.region}/connectors/${connector}`;
}
