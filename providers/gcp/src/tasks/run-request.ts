import type { protos } from '@google-cloud/run';
import { RunvoyError, type TaskSpec } from '@runvoy/core/provider';
import { checkoutScript } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import { secretId } from '../secrets/secret-id.ts';
import { runner, sidecar } from './job-spec.ts';
import { runnerScript } from './scripts/runner.ts';
import { sidecarScript } from './scripts/sidecar.ts';

type Overrides = protos.google.cloud.run.v2.RunJobRequest.IOverrides;

/** https://cloud.google.com/run/docs/configuring/jobs/environment-variables */
const valueBytes = 32_768;
const reserved =
  /^(?:PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|CLOUD_RUN_(?:JOB|EXECUTION|TASK_INDEX|TASK_ATTEMPT|TASK_COUNT))$/;
const argumentCount = 900;

/** A sidecar costs time and money, so only what a container cannot do for itself needs one. */
export const needsSidecar = (spec: TaskSpec): boolean => spec.git !== undefined || spec.secretsBundle !== undefined;

/** Everything about a run that its Job does not say. Secrets are in none of it: whoever may look at executions may read it. */
export function runOverrides(config: Pick<GcpConfig, 'project' | 'deployment' | 'secrets'>, spec: TaskSpec): Overrides {
  const { executionId, command, env, timeoutSeconds } = spec;
  checkEnvironment(spec);
  const words = 'shell' in command ? ['/bin/sh', '-c', command.shell] : [...command.argv];
  if (words.length > argumentCount)
    throw new RunvoyError(
      'INVALID_REQUEST',
      `the command has ${words.length} arguments; the limit is ${argumentCount}`,
      {
        field: 'argv',
        remedy: 'Put them into a file, or into one text for the shell.',
      },
    );
  const variables = (values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  const identity = { RUNVOY_EXECUTION_ID: executionId };
  return {
    timeout: { seconds: timeoutSeconds },
    containerOverrides: [
      { name: runner, args: [runnerScript, 'runvoy', ...words], env: variables({ ...env, ...identity }) },
      ...(needsSidecar(spec)
        ? [
            {
              name: sidecar,
              args: [sidecarScript, 'runvoy', checkoutScript],
              env: variables({ ...identity, ...sidecarEnvironment(config, spec) }),
            },
          ]
        : []),
    ],
  };
}

function sidecarEnvironment(config: Pick<GcpConfig, 'project' | 'deployment' | 'secrets'>, spec: TaskSpec) {
  const { secretsBundle, git } = spec;
  return {
    RUNVOY_SECRET:
      secretsBundle === undefined ? '' : `projects/${config.project}/secrets/${secretId(config, secretsBundle)}`,
    RUNVOY_GIT_URL: git?.url ?? '',
    RUNVOY_GIT_REF: git?.ref ?? '',
    RUNVOY_GIT_PATH: git?.path ?? '',
  };
}

function checkEnvironment({ env, secretEnv, secretsBundle, git }: TaskSpec): void {
  for (const [name, value] of Object.entries(env)) {
    if (reserved.test(name))
      throw new RunvoyError('INVALID_REQUEST', `Cloud Run sets the variable ${name} itself`, {
        field: `env.${name}`,
        remedy: 'Use another name, and set it in the command: PORT=8080 my-command.',
      });
    if (Buffer.byteLength(value) > valueBytes)
      throw new RunvoyError('INVALID_REQUEST', `the variable ${name} has more than ${valueBytes} bytes`, {
        field: `env.${name}`,
        remedy: 'Give it as a secret, or put the data where the command can fetch it.',
      });
  }
  const hasSecrets = Object.keys(secretEnv).length > 0 || git?.token !== undefined;
  if (hasSecrets && secretsBundle === undefined)
    throw new RunvoyError('INVALID_REQUEST', 'secrets reach a task by their bundle only, which is missing', {
      field: 'secretsBundle',
    });
}
